// Numbers of the binomial distribution: how many of `counts` attempts succeed.
import { whileLoop } from '../../trace/control-flow.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { floatx } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { randomUniform } from '../ops/random-numbers.ts';
import type { RandomOptions } from './distributions.ts';
import { drawSeed, splitSeed } from './draw-seed.ts';

/** From this expectation on rejection is used; below it successes are counted one by one. */
const MANY = 10;
/** More than either method ever takes: only parameters that are no numbers take as many. */
const ATTEMPTS = 1000;
/** Moves uniform numbers in [0, 1) off 0, by half a step. */
const HALF_STEP = 2 ** -24;

type Loop<R> = (...carry: Tensor[]) => R;

/** Numbers of successes in `counts` attempts that succeed with `probabilities` each; both are broadcast to `shape`. */
export function binomial(
  shape: readonly number[],
  counts: ops.TensorLike,
  probabilities: ops.TensorLike,
  { dtype, seed }: RandomOptions = {},
): Tensor {
  const n = ops.broadcastTo(ops.cast(counts, 'float32'), shape);
  const given = ops.broadcastTo(ops.cast(probabilities, 'float32'), shape);
  const isLikely = ops.greater(given, 0.5);
  const p = ops.where(isLikely, ops.subtract(1, given), given) as Tensor;
  const isMany = ops.greaterEqual(ops.multiply(n, p), MANY);
  const [first, second] = splitSeed(drawSeed(seed), 2) as [Tensor, Tensor];
  const few = countSuccesses(first, n, ops.where(isMany, 0, p) as Tensor);
  // Where there are few, parameters that are well within the reach of rejection stand in.
  const many = rejectionSample(second, ops.where(isMany, n, 100) as Tensor, ops.where(isMany, p, 0.5) as Tensor);
  const successes = ops.where(isMany, many, few) as Tensor;
  return ops.cast(ops.where(isLikely, ops.subtract(n, successes), successes) as Tensor, dtype ?? floatx());
}

const uniformAbove0 = (seed: Tensor, shape: readonly number[]): Tensor => ops.add(randomUniform(seed, shape), HALF_STEP);

/** Adds up the attempts until each success, geometric numbers, until all attempts are used. */
function countSuccesses(seed: Tensor, n: Tensor, p: Tensor): Tensor {
  const step = (key: Tensor, used: Tensor, successes: Tensor, count: Tensor): Tensor[] => {
    const [next, own] = splitSeed(key, 2) as [Tensor, Tensor];
    const attempts = ops.ceil(ops.divide(ops.log(uniformAbove0(own, n.shape)), ops.log1p(ops.negative(p))));
    const total = ops.add(used, attempts);
    return [next, total, ops.add(successes, ops.cast(ops.lessEqual(total, n), 'float32')), ops.add(count, 1)];
  };
  const goesOn = (_key: Tensor, used: Tensor, _successes: Tensor, count: Tensor): Tensor =>
    ops.logicalAnd(ops.any(ops.lessEqual(used, n)), ops.less(count, ATTEMPTS));
  const start = [seed, ops.zeros(n.shape), ops.zeros(n.shape), ops.zeros([], { dtype: 'int32' })];
  return whileLoop(goesOn as Loop<Tensor>, step as Loop<Tensor[]>, start)[2] as Tensor;
}

/** The constants of transformed rejection with squeeze. See https://doi.org/10.1080/00949659308811496 (BTRS). */
function rejectionConstants(n: Tensor, p: Tensor) {
  const deviation = ops.sqrt(ops.multiply(ops.multiply(n, p), ops.subtract(1, p)));
  const b = ops.add(ops.multiply(deviation, 2.53), 1.15);
  return {
    a: ops.add(ops.add(ops.multiply(b, 0.0248), -0.0873), ops.multiply(p, 0.01)),
    b,
    centre: ops.add(ops.multiply(n, p), 0.5),
    squeeze: ops.subtract(0.92, ops.divide(4.2, b)),
    odds: ops.divide(p, ops.subtract(1, p)),
    alpha: ops.multiply(ops.add(ops.divide(5.1, b), 2.83), deviation),
    mode: ops.floor(ops.multiply(ops.add(n, 1), p)),
  };
}

/** For expectations of 10 and more. */
function rejectionSample(seed: Tensor, n: Tensor, p: Tensor): Tensor {
  const { a, b, centre, squeeze, odds, alpha, mode } = rejectionConstants(n, p);
  const attempt = (key: Tensor, isDone: Tensor, value: Tensor, count: Tensor): Tensor[] => {
    const [next, forPlace, forHeight] = splitSeed(key, 3) as [Tensor, Tensor, Tensor];
    const u = ops.subtract(uniformAbove0(forPlace, n.shape), 0.5);
    const height = uniformAbove0(forHeight, n.shape);
    const us = ops.subtract(0.5, ops.abs(u));
    const k = ops.floor(ops.add(ops.multiply(ops.add(ops.divide(ops.multiply(a, 2), us), b), u), centre));
    const isClear = ops.logicalAnd(ops.greaterEqual(us, 0.07), ops.lessEqual(height, squeeze));
    const isInside = ops.logicalAnd(ops.greaterEqual(k, 0), ops.lessEqual(k, n));
    const scaled = ops.log(ops.divide(ops.multiply(height, alpha), ops.add(ops.divide(a, ops.square(us)), b)));
    const isBelow = ops.lessEqual(scaled, logRatio(ops.clip(k, 0, n), mode, n, odds));
    const isAccepted = ops.logicalAnd(isInside, ops.logicalOr(isClear, isBelow));
    const isNew = ops.logicalAnd(isAccepted, ops.logicalNot(isDone));
    return [next, ops.logicalOr(isDone, isAccepted), ops.where(isNew, k, value) as Tensor, ops.add(count, 1)];
  };
  const goesOn = (_key: Tensor, isDone: Tensor, _value: Tensor, count: Tensor): Tensor =>
    ops.logicalAnd(ops.logicalNot(ops.all(isDone)), ops.less(count, ATTEMPTS));
  const start = [seed, ops.zeros(n.shape, { dtype: 'bool' }), ops.full(n.shape, Number.NaN), ops.zeros([], { dtype: 'int32' })];
  return whileLoop(goesOn as Loop<Tensor>, attempt as Loop<Tensor[]>, start)[2] as Tensor;
}

/** `log(P(k) / P(mode))`, factorials by Stirling's formula with what it leaves out. */
function logRatio(k: Tensor, mode: Tensor, n: Tensor, odds: Tensor): Tensor {
  const rest = (x: Tensor): Tensor => ops.add(ops.subtract(n, x), 1);
  const terms = [
    ops.multiply(ops.add(mode, 0.5), ops.log(ops.divide(ops.add(mode, 1), ops.multiply(odds, rest(mode))))),
    ops.multiply(ops.add(n, 1), ops.log(ops.divide(rest(mode), rest(k)))),
    ops.multiply(ops.add(k, 0.5), ops.log(ops.divide(ops.multiply(odds, rest(k)), ops.add(k, 1)))),
    ops.subtract(stirlingTail(mode), stirlingTail(k)),
    ops.subtract(stirlingTail(ops.subtract(n, mode)), stirlingTail(ops.subtract(n, k))),
  ];
  return terms.reduce((sum, term) => ops.add(sum, term));
}

/** `log(k!)` less `log(sqrt(2 pi)) + (k + 1/2) log(k + 1) - (k + 1)`, for k from 0 to 9. */
const STIRLING_TAILS = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119, 0.01387612882307075,
  0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.00833056343336287,
];

/** The same for all k, from 10 on as a series. */
function stirlingTail(k: Tensor): Tensor {
  const next = ops.add(k, 1);
  const square = ops.square(next);
  const inner = ops.subtract(1 / 360, ops.divide(1 / 1260, square));
  const series = ops.divide(ops.subtract(1 / 12, ops.divide(inner, square)), next);
  const known = ops.take(ops.array(STIRLING_TAILS), ops.cast(ops.clip(k, 0, 9), 'int32'), { axis: 0 });
  return ops.where(ops.less(k, 10), known, series) as Tensor;
}
