// `keras.utils`.
//
// Not here: `get_source_inputs` (a model knows its `inputs`), and `Config` (a plain object).
export { Progbar, type ProgbarOptions } from '../callbacks/progbar.ts';
export { disableInteractiveLogging, enableInteractiveLogging, isInteractiveLoggingEnabled } from '../engine/interactive-logging.ts';
export { isKerasTensor } from '../engine/keras-tensor.ts';
export { clearSession } from '../engine/names.ts';
export { getSourceInputs } from '../engine/source-inputs.ts';
export { type ModelToDotOptions, modelToDot, type PlotModelOptions, plotModel } from '../models/index.ts';
export { standardizeDType, standardizeDType as standardizeDtype } from '../ops/conversion.ts';
export { setRandomSeed } from '../random/draw-seed.ts';
export {
  CustomObjectScope,
  customObjectScope,
  deserializeKerasObject,
  getCustomObjects,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
  serializeKerasObject,
} from '../saving/index.ts';
export { packXYSampleWeight, type StepData, type UnpackedData, unpackXYSampleWeight } from '../training/step-data.ts';
export { type ArrayToImgOptions, arrayToImg, type ImgToArrayOptions, imgToArray } from './array-to-img.ts';
export { type AudioDatasetOptions, audioDatasetFromDirectory } from './audio-dataset-from-directory.ts';
export * as boundingBoxes from './bounding-boxes/index.ts';
export { DirectoryDataset } from './directory-dataset.ts';
export type { DirectoryOptions } from './directory-index.ts';
export { Cross, Feature, type FeatureOutputMode } from './feature-space/feature.ts';
export { FeatureSpace, type FeatureSpaceOptions } from './feature-space/feature-space.ts';
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
