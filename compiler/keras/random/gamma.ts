// Numbers of the gamma and the beta distribution.
import { whileLoop } from '../../trace/control-flow.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { floatx } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { randomNormal, randomUniform } from '../ops/random-numbers.ts';
import type { RandomOptions } from './distributions.ts';
import { drawSeed, splitSeed } from './draw-seed.ts';

/** Each attempt succeeds with a probability above 0.95: this many fail only for parameters that are no numbers. */
const ATTEMPTS = 100;
/** Moves uniform numbers in [0, 1) off 0, by half a step. */
const HALF_STEP = 2 ** -24;

/** The gamma distribution with scale 1. `alpha` is its shape parameter, above 0, broadcast to `shape`. */
export function gamma(shape: readonly number[], alpha: ops.TensorLike, { dtype, seed }: RandomOptions = {}): Tensor {
  return ops.cast(ops.exp(logGamma(drawSeed(seed), shape, alpha)), dtype ?? floatx());
}

/** The beta distribution: a gamma number as a share of it and a second one. */
export function beta(
  shape: readonly number[],
  alpha: ops.TensorLike,
  betaParameter: ops.TensorLike,
  { dtype, seed }: RandomOptions = {},
): Tensor {
  const [first, second] = splitSeed(drawSeed(seed), 2) as [Tensor, Tensor];
  // x / (x + y) in logarithms, where small parameters would underflow.
  const ratio = ops.subtract(logGamma(first, shape, alpha), logGamma(second, shape, betaParameter));
  return ops.cast(ops.sigmoid(ratio), dtype ?? floatx());
}

/** Logarithms of gamma numbers. For alpha < 1 those of alpha + 1, times `u^(1 / alpha)`. */
function logGamma(seed: Tensor, shape: readonly number[], alpha: ops.TensorLike): Tensor {
  const parameter = ops.broadcastTo(ops.cast(alpha, 'float32'), shape);
  const isSmall = ops.less(parameter, 1);
  const [first, second] = splitSeed(seed, 2) as [Tensor, Tensor];
  const large = logGammaAboveOne(first, ops.where(isSmall, ops.add(parameter, 1), parameter) as Tensor);
  const boost = ops.divide(ops.log(ops.add(randomUniform(second, shape), HALF_STEP)), parameter);
  return ops.where(isSmall, ops.add(large, boost), large) as Tensor;
}

/** By rejection, for alpha of 1 and more: `d (1 + c x)^3`, x normal. See https://doi.org/10.1145/358407.358414. */
function logGammaAboveOne(seed: Tensor, alpha: Tensor): Tensor {
  const d = ops.subtract(alpha, 1 / 3);
  const c = ops.rsqrt(ops.multiply(d, 9));
  const attempt = (key: Tensor, isDone: Tensor, value: Tensor, count: Tensor): Tensor[] => {
    const [next, forNormal, forUniform] = splitSeed(key, 3) as [Tensor, Tensor, Tensor];
    const x = randomNormal(forNormal, alpha.shape);
    const base = ops.add(ops.multiply(c, x), 1);
    const logV = ops.multiply(ops.log(ops.maximum(base, HALF_STEP)), 3);
    const bound = ops.add(ops.multiply(ops.square(x), 0.5), ops.multiply(d, ops.add(ops.subtract(1, ops.exp(logV)), logV)));
    const logU = ops.log(ops.add(randomUniform(forUniform, alpha.shape), HALF_STEP));
    const isAccepted = ops.logicalAnd(ops.greater(base, 0), ops.less(logU, bound));
    const isNew = ops.logicalAnd(isAccepted, ops.logicalNot(isDone));
    return [next, ops.logicalOr(isDone, isAccepted), ops.where(isNew, ops.add(ops.log(d), logV), value) as Tensor, ops.add(count, 1)];
  };
  const goesOn = (_key: Tensor, isDone: Tensor, _value: Tensor, count: Tensor): Tensor =>
    ops.logicalAnd(ops.logicalNot(ops.all(isDone)), ops.less(count, ATTEMPTS));
  const start = [seed, ops.zeros(alpha.shape, { dtype: 'bool' }), ops.full(alpha.shape, Number.NaN), ops.zeros([], { dtype: 'int32' })];
  return whileLoop(goesOn as Loop<Tensor>, attempt as Loop<Tensor[]>, start)[2] as Tensor;
}

type Loop<R> = (...carry: Tensor[]) => R;
