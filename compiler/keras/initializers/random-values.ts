// Random numbers as a pure function of seed and position, so that a seed always gives the same weights.
import { makeDefaultSeed } from '../engine/default-seed.ts';

/** A 32-bit mix without bias (Chris Wellons's triple32). */
export function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 17), 0xed5ad4bb);
  x = Math.imul(x ^ (x >>> 11), 0xac4c1b51);
  x = Math.imul(x ^ (x >>> 15), 0x31848bab);
  return (x ^ (x >>> 14)) >>> 0;
}

/** Uniform in (0, 1): number `index` of stream `stream` of the seed. */
type Uniform = (index: number, stream: number) => number;

function uniformFrom(seed: number): Uniform {
  const key = mix(seed ^ 0x9e3779b9);
  // Two mixes with the key between: one alone would make the streams of neighbouring seeds shifts of each other.
  return (index, stream) => (mix(mix(index ^ key) ^ mix(key + Math.imul(stream + 1, 0x85ebca6b))) + 0.5) / 2 ** 32;
}

/** Box-Muller: a standard normal number of two uniform ones. */
const normalFrom = (uniform: Uniform, index: number, attempt: number): number =>
  Math.sqrt(-2 * Math.log(uniform(index, 2 * attempt))) * Math.cos(2 * Math.PI * uniform(index, 2 * attempt + 1));

/** Values uniform between `low` and `high`. */
export function uniformValues(seed: number, count: number, low: number, high: number): Float64Array {
  const uniform = uniformFrom(seed);
  return Float64Array.from({ length: count }, (_, index) => low + (high - low) * uniform(index, 0));
}

/** Values of the normal distribution. */
export function normalValues(seed: number, count: number, mean: number, deviation: number): Float64Array {
  const uniform = uniformFrom(seed);
  return Float64Array.from({ length: count }, (_, index) => mean + deviation * normalFrom(uniform, index, 0));
}

/** Values of the normal distribution, drawn again while they lie beyond two standard deviations. */
export function truncatedNormalValues(seed: number, count: number, mean: number, deviation: number): Float64Array {
  const uniform = uniformFrom(seed);
  return Float64Array.from({ length: count }, (_, index) => {
    let attempt = 0;
    let value = normalFrom(uniform, index, attempt);
    while (Math.abs(value) > 2) value = normalFrom(uniform, index, ++attempt);
    return mean + deviation * value;
  });
}

/** The seed as given, or one by chance: two initializers without a seed give different weights. */
export const seedOrRandom = (seed: number | null | undefined): number => seed ?? makeDefaultSeed();
