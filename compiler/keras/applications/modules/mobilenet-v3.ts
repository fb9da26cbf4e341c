// `keras.applications.mobilenet_v3`.
export { decodePredictions, preprocessNothing as preprocessInput } from '../imagenet-utils.ts';
