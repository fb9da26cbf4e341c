// `keras.losses`: what training minimizes.
export * from './all.ts';
export { deserialize, get, type LossLike, serialize } from './get.ts';
export { Loss, type LossOptions } from './loss.ts';
export type { Reduction } from './reduce-loss.ts';
