// `keras.utils`.
//
// Not here: `get_custom_objects` and `CustomObjectScope` (pass `customObjects` to the loader, or register classes), `get_source_inputs`,
// `get_registered_name` and `get_registered_object` (Keras 2's registries), and `Config` (a plain object).
export { Progbar, type ProgbarOptions } from '../callbacks/progbar.ts';
export { disableInteractiveLogging, enableInteractiveLogging, isInteractiveLoggingEnabled } from '../engine/interactive-logging.ts';
export { isKerasTensor } from '../engine/keras-tensor.ts';
export { clearSession } from '../engine/names.ts';
export { standardizeDType } from '../ops/conversion.ts';
export { setRandomSeed } from '../random/draw-seed.ts';
export { deserializeKerasObject, registerKerasSerializable, serializeKerasObject } from '../saving/index.ts';
export { packXYSampleWeight, type StepData, type UnpackedData, unpackXYSampleWeight } from '../training/step-data.ts';
export { type ArrayToImgOptions, arrayToImg, type ImgToArrayOptions, imgToArray } from './array-to-img.ts';
export { type AudioDatasetOptions, audioDatasetFromDirectory } from './audio-dataset-from-directory.ts';
export * as boundingBoxes from './bounding-boxes/index.ts';
export { DirectoryDataset } from './directory-dataset.ts';
export type { DirectoryOptions } from './directory-index.ts';
export { type GetFileOptions, getFile } from './get-file.ts';
export { type ImageDatasetOptions, imageDatasetFromDirectory } from './image-dataset-from-directory.ts';
export { type LoadImgOptions, loadImg } from './load-img.ts';
export { type NormalizeOptions, normalize } from './normalize.ts';
export { type PadSequencesOptions, padSequences } from './pad-sequences.ts';
export type { ColorMode, Picture } from './picture.ts';
export { PyDataset, PyDataset as Sequence } from './py-dataset.ts';
export { type SaveImgOptions, saveImg } from './save-img.ts';
export { type SplitDatasetOptions, splitDataset } from './split-dataset.ts';
export { type TextDatasetOptions, textDatasetFromDirectory } from './text-dataset-from-directory.ts';
export { type TimeseriesOptions, timeseriesDatasetFromArray } from './timeseries-dataset-from-array.ts';
export { toCategorical } from './to-categorical.ts';
