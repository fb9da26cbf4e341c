// Uniform and normal numbers.
import { quote, ValueError } from '../../errors/index.ts';
import { type DType, isFloat, isInteger } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { floatx } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { randomNormal, randomUniform } from '../ops/random-numbers.ts';
import { drawSeed, type SeedLike } from './draw-seed.ts';

export interface RandomOptions {
  /** An integer for the same numbers each time, or a `SeedGenerator`. */
  readonly seed?: SeedLike;
  /** Default `keras.config.floatx()`. */
  readonly dtype?: DType | null;
}

export interface UniformOptions extends RandomOptions {
  /** Default 0. */
  readonly minval?: ops.TensorLike;
  /** Default 1; not among the values. */
  readonly maxval?: ops.TensorLike;
}

export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  readonly mean?: ops.TensorLike;
  /** Default 1. */
  readonly stddev?: ops.TensorLike;
}

export interface RandintOptions {
  readonly seed?: SeedLike;
  /** Default int32. */
  readonly dtype?: DType | null;
}

/** Bits of the fraction of small floats: a number of more bits would round up to the end of the range. */
const FRACTION_BITS: Partial<Record<DType, number>> = { float16: 10, bfloat16: 7 };

/** Uniform in [minval, maxval). */
export function uniform(shape: readonly number[], { minval = 0, maxval = 1, dtype, seed }: UniformOptions = {}): Tensor {
  const type = dtype ?? floatx();
  if (!isFloat(type)) {
    throw new ValueError(`\`keras.random.uniform\` requires a floating point \`dtype\`. Received: dtype=${quote(type)}`, { code: 'dtype' });
  }
  const numbers = randomUniform(drawSeed(seed), shape);
  const bits = FRACTION_BITS[type];
  const unit = ops.cast(bits === undefined ? numbers : ops.divide(ops.floor(ops.multiply(numbers, 2 ** bits)), 2 ** bits), type);
  const low = ops.cast(minval, type);
  return ops.add(ops.multiply(unit, ops.subtract(ops.cast(maxval, type), low)), low);
}

/** The normal distribution. */
export function normal(shape: readonly number[], { mean = 0, stddev = 1, dtype, seed }: NormalOptions = {}): Tensor {
  return scaled(randomNormal(drawSeed(seed), shape), mean, stddev, dtype ?? floatx());
}

/** Half of this share of a normal distribution lies between 0 and two standard deviations: erf(sqrt 2). */
const WITHIN_TWO = 0.9544997361036416;

/** The normal distribution without what lies beyond two standard deviations. */
export function truncatedNormal(shape: readonly number[], { mean = 0, stddev = 1, dtype, seed }: NormalOptions = {}): Tensor {
  const share = ops.multiply(ops.subtract(ops.multiply(randomUniform(drawSeed(seed), shape), 2), 1), WITHIN_TWO);
  const numbers = ops.clip(ops.multiply(ops.erfinv(share), Math.SQRT2), -2, 2);
  return scaled(numbers, mean, stddev, dtype ?? floatx());
}

const scaled = (numbers: Tensor, mean: ops.TensorLike, stddev: ops.TensorLike, dtype: DType): Tensor =>
  ops.cast(ops.add(ops.multiply(numbers, ops.cast(stddev, 'float32')), ops.cast(mean, 'float32')), dtype);

/** Integers from `minval` to `maxval - 1`, each as likely. */
export function randint(
  shape: readonly number[],
  minval: ops.TensorLike,
  maxval: ops.TensorLike,
  { dtype, seed }: RandintOptions = {},
): Tensor {
  const type = dtype ?? 'int32';
  if (!isInteger(type)) {
    throw new ValueError(`\`keras.random.randint\` requires an integer \`dtype\`. Received: dtype=${quote(type)}`, { code: 'dtype' });
  }
  const low = ops.convertToTensor(minval, { dtype: 'int64' });
  const span = ops.broadcastTo(ops.subtract(ops.convertToTensor(maxval, { dtype: 'int64' }), low), shape);
  return ops.cast(ops.add(lax.remainder(bits63(drawSeed(seed), shape), span), low), type);
}

/** Integers from 0 to 2^63 - 1: their remainder is even but for a share of span / 2^63. */
function bits63(seed: Tensor, shape: readonly number[]): Tensor {
  const [high, low] = ops.unstack(lax.random_bits(seed, [2, ...shape]), { axis: 0 }) as [Tensor, Tensor];
  const upper = lax.cast(lax.shift_right_logical(high, lax.full(high.shape, 1, 'uint32')), 'int64');
  return lax.add(lax.multiply(upper, lax.full(upper.shape, 2n ** 32n, 'int64')), lax.cast(low, 'int64'));
}
