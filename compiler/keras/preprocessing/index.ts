// `keras.preprocessing`: older names of functions of `keras.utils`.
export { imageDatasetFromDirectory, textDatasetFromDirectory, timeseriesDatasetFromArray } from '../utils/index.ts';
export * as image from './image.ts';
export * as sequence from './sequence.ts';
