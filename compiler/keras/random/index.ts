// `keras.random`: numbers as pure functions of a seed.
export { SeedGenerator } from '../engine/seed-generator.ts';
export { binomial } from './binomial.ts';
export {
  type NormalOptions,
  normal,
  type RandintOptions,
  type RandomOptions,
  randint,
  truncatedNormal,
  type UniformOptions,
  uniform,
} from './distributions.ts';
export type { SeedLike } from './draw-seed.ts';
export { beta, gamma } from './gamma.ts';
export {
  type CategoricalOptions,
  categorical,
  type DropoutOptions,
  dropout,
  type ShuffleOptions,
  shuffle,
} from './selections.ts';
