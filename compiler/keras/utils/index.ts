// `keras.utils`.
export { disableInteractiveLogging, enableInteractiveLogging, isInteractiveLoggingEnabled } from '../engine/interactive-logging.ts';
export { isKerasTensor } from '../engine/keras-tensor.ts';
export { clearSession } from '../engine/names.ts';
export { standardizeDType } from '../ops/conversion.ts';
export { setRandomSeed } from '../random/draw-seed.ts';
export { deserializeKerasObject, registerKerasSerializable, serializeKerasObject } from '../saving/index.ts';
export * as boundingBoxes from './bounding-boxes/index.ts';
export { type NormalizeOptions, normalize } from './normalize.ts';
export { type PadSequencesOptions, padSequences } from './pad-sequences.ts';
export { toCategorical } from './to-categorical.ts';
