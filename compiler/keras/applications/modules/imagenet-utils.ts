// `keras.applications.imagenet_utils`.
export { decodePredictions, preprocessInput } from '../imagenet-utils.ts';
