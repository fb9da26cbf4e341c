// The steps that random graphs are made of: each makes one tensor from the pool, or nothing where no operand fits.
import type { UnaryName } from '../../compiler/ir/primitives/params.ts';
import { elementCount, type Shape, sameShape } from '../../compiler/ir/shape.ts';
import { lax } from '../../compiler/trace/lax.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { Variable } from '../../compiler/trace/variable.ts';
import type { Pool } from './random-graph.ts';
import { randomFloats } from './random-values.ts';

type Choices = readonly [number, number, number, number];
type StepFunction = (pool: Pool, choices: Choices, seed: number) => Tensor | undefined;

const pick = <T>(items: readonly T[], choice: number): T => items[choice % items.length] as T;
const scalar = (value: number): Tensor => lax.scalar(value, 'float32');
const fill = (x: Tensor, value: number): Tensor => lax.broadcast(scalar(value), x.shape, []);
const operand = (pool: Pool, choice: number): Tensor => pick(pool.all, choice);
const exactOperand = (pool: Pool, choice: number): Tensor => pick([...pool.exact], choice);

/** The result of moving data is as exact as what was moved. */
function moved(pool: Pool, result: Tensor, ...from: readonly Tensor[]): Tensor {
  if (from.every((tensor) => pool.exact.has(tensor))) pool.exact.add(result);
  return result;
}

/** A weight: a constant of the graph or a parameter. */
function weight(shape: Shape, seed: number, scale: number): Tensor {
  const data = randomFloats(elementCount(shape), seed).map((x) => x * scale);
  const tensor = tensorOf('float32', shape, data);
  return seed % 2 === 0 ? tensor : new Variable(tensor, { name: `weight${seed}` }).read();
}

const aboveZero = (x: Tensor): Tensor => lax.add(lax.abs(x), fill(x, 0.5));
const atMostTwo = (x: Tensor): Tensor => lax.minimum(x, fill(x, 2));

const UNARIES: readonly ((x: Tensor) => Tensor)[] = [
  lax.negative,
  lax.abs,
  lax.tanh,
  lax.sigmoid,
  lax.erf,
  lax.sin,
  lax.cos,
  lax.atan,
  lax.asinh,
  (x) => lax.exp(atMostTwo(x)),
  (x) => lax.expm1(atMostTwo(x)),
  (x) => lax.log(aboveZero(x)),
  (x) => lax.log1p(lax.abs(x)),
  (x) => lax.sqrt(aboveZero(x)),
  (x) => lax.rsqrt(aboveZero(x)),
];
const JUMPS: readonly UnaryName[] = ['floor', 'ceil', 'round', 'sign'];
const BINARIES: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  lax.add,
  lax.subtract,
  lax.maximum,
  lax.minimum,
  (x, y) => lax.multiply(x, lax.tanh(y)),
  (x, y) => lax.divide(x, aboveZero(y)),
  (x, y) => lax.power(aboveZero(lax.tanh(x)), lax.tanh(y)),
];

/** Axes 1.. of an image's convolution or pooling. */
function spatialRank(x: Tensor): number {
  return x.rank - 2;
}

const perAxis = (count: number, value: number): number[] => new Array<number>(count).fill(value);

function convolve(x: Tensor, [, b, c, d]: Choices, seed: number): Tensor | undefined {
  const spatial = spatialRank(x);
  if (spatial < 1 || spatial > 3) return undefined;
  const channels = x.shape.at(-1) as number;
  const groups = d % 3 === 0 ? channels : 1;
  const size = 1 + (b % 3);
  const dilation = 1 + (Math.floor(c / 8) % 2);
  const reach = (size - 1) * dilation;
  const isSame = c % 2 === 0;
  if (!isSame && x.shape.slice(1, -1).some((extent) => extent <= reach)) return undefined;
  const outputs = groups > 1 ? channels * (1 + (b % 2)) : 1 + (b % 9);
  const shape = [...perAxis(spatial, size), channels / groups, outputs];
  const half = Math.floor(reach / 2);
  return lax.convolution(x, weight(shape, seed, 1 / (elementCount(shape) / outputs)), {
    strides: perAxis(spatial, 1 + (Math.floor(c / 2) % 2)),
    padding: perAxis(spatial, 0).map(() => (isSame ? [half, reach - half] : [0, 0]) as [number, number]),
    inputDilation: perAxis(spatial, d % 7 === 0 ? 2 : 1),
    kernelDilation: perAxis(spatial, dilation),
    featureGroups: groups,
    batchGroups: 1,
  });
}

function pool2(x: Tensor, [, b, c]: Choices): Tensor | undefined {
  const spatial = spatialRank(x);
  if (spatial < 1 || x.shape.slice(1, -1).some((extent) => extent < 2)) return undefined;
  const kind = pick(['sum', 'max', 'min'] as const, b);
  const around = <T>(value: T, edge: T): T[] => [edge, ...Array.from({ length: spatial }, () => value), edge];
  return lax.reduce_window(x, {
    kind,
    window: around(2, 1),
    strides: around(1 + (c % 2), 1),
    padding: around<readonly [number, number]>(c % 3 === 0 ? [0, 1] : [0, 0], [0, 0]),
    dilation: around(1, 1),
  });
}

function reduceSome(pool: Pool, x: Tensor, [, b, c]: Choices): Tensor | undefined {
  if (x.rank === 0) return undefined;
  const axes = x.shape.map((_, axis) => axis).filter((axis) => (b >> axis) % 2 === 1);
  const kind = pick(['sum', 'max', 'min'] as const, c);
  const result = lax.reduce(kind, x, axes);
  // A mean instead of a sum keeps values small.
  const count = elementCount(axes.map((axis) => x.shape[axis] as number));
  return kind === 'sum' ? lax.multiply(result, fill(result, 1 / count)) : moved(pool, result, x);
}

function partner(pool: Pool, x: Tensor, [, b, c]: Choices, seed: number): Tensor {
  const alike = pool.all.filter((other) => sameShape(other.shape, x.shape));
  if (c % 3 === 0 || x.rank === 0) return pick(alike, b);
  if (c % 3 === 1) return fill(x, ((b % 9) - 4) / 4);
  const last = x.rank - 1;
  return lax.broadcast(weight([x.shape[last] as number], seed, 1), x.shape, [last]);
}

function gatherRows(x: Tensor, [, b]: Choices, seed: number): Tensor | undefined {
  if (x.rank === 0) return undefined;
  const axis = b % x.rank;
  const size = x.shape[axis] as number;
  const rows = Int32Array.from({ length: 3 }, (_, index) => (seed + index * 5) % (size + 1));
  const others = x.shape.map((_, other) => other).filter((other) => other !== axis);
  return lax.gather(x, tensorOf('int32', [3, 1], rows), {
    offsetAxes: others,
    collapsedAxes: [axis],
    operandBatchAxes: [],
    indicesBatchAxes: [],
    startIndexMap: [axis],
    sliceSizes: x.shape.with(axis, 1),
  });
}

function rotate(axes: readonly number[], by: number): number[] {
  const first = axes.length === 0 ? 0 : by % axes.length;
  return [...axes.slice(first), ...axes.slice(0, first)];
}

export const STEPS = {
  unary: (pool, [a, b]) => pick(UNARIES, b)(operand(pool, a)),
  jump: (pool, [a, b]) => lax[pick(JUMPS, b)](exactOperand(pool, a)),
  binary: (pool, choices, seed) => {
    const x = operand(pool, choices[0]);
    return pick(BINARIES, choices[3])(x, partner(pool, x, choices, seed));
  },
  select: (pool, choices, seed) => {
    const x = exactOperand(pool, choices[0]);
    const direction = pick(['less', 'greater_equal', 'not_equal'] as const, choices[1]);
    return lax.select(lax.compare(direction, x, fill(x, 0.25)), partner(pool, x, choices, seed), x);
  },
  reshape: (pool, [a, b]) => {
    const x = operand(pool, a);
    if (x.rank === 0) return undefined;
    const [first, ...rest] = x.shape as [number, ...number[]];
    const flat = elementCount(rest);
    const shape = b % 3 === 0 && flat % 2 === 0 ? [first, flat / 2, 2] : b % 3 === 1 ? [first, 1, ...rest] : [first, flat];
    return moved(pool, lax.reshape(x, shape), x);
  },
  transpose: (pool, [a, b, c]) => {
    const x = operand(pool, a);
    const axes = x.shape.map((_, axis) => axis);
    // Mostly the batch stays in front.
    return moved(pool, lax.transpose(x, c % 4 === 0 ? rotate(axes, b) : [...axes.slice(0, 1), ...rotate(axes.slice(1), b)]), x);
  },
  reverse: (pool, [a, b]) => {
    const x = operand(pool, a);
    return x.rank === 0 ? undefined : moved(pool, lax.reverse(x, [b % x.rank]), x);
  },
  slice: (pool, [a, b, c]) => {
    const x = operand(pool, a);
    if (x.rank === 0) return undefined;
    const axis = b % x.rank;
    const size = x.shape[axis] as number;
    const start = perAxis(x.rank, 0).with(axis, Math.min(c % 2, size - 1));
    return moved(pool, lax.slice(x, start, x.shape, perAxis(x.rank, 1).with(axis, 1 + (c % 3))), x);
  },
  pad: (pool, [a, b, c]) => {
    const x = operand(pool, a);
    if (x.rank === 0) return undefined;
    const axis = b % x.rank;
    const at = (value: number): number[] => perAxis(x.rank, 0).with(axis, value);
    const crops = c % 5 === 0 && (x.shape[axis] as number) > 1;
    return moved(pool, lax.pad(x, scalar(0.5), at(crops ? -1 : c % 3), at(c % 2), at(c % 4 === 0 ? 1 : 0)), x);
  },
  concatenate: (pool, [a, b, c]) => {
    const x = operand(pool, a);
    if (x.rank === 0) return undefined;
    const axis = b % x.rank;
    const fits = (other: Tensor): boolean => other.rank === x.rank && sameShape(other.shape.with(axis, 0), x.shape.with(axis, 0));
    const other = pick(pool.all.filter(fits), c);
    return moved(pool, lax.concatenate([x, other], axis), x, other);
  },
  broadcast: (pool, [a, b]) => {
    const x = operand(pool, a);
    const at = 1 + (b % (x.rank + 1));
    if (x.rank === 0 || at > x.rank) return undefined;
    const axes = x.shape.map((_, axis) => (axis < at ? axis : axis + 1));
    return moved(pool, lax.broadcast(x, x.shape.toSpliced(at, 0, 2), axes), x);
  },
  gather: (pool, choices, seed) => {
    const x = operand(pool, choices[0]);
    const result = gatherRows(x, choices, seed);
    return result && moved(pool, result, x);
  },
  dense: (pool, [a, b], seed) => {
    const x = operand(pool, a);
    if (x.rank === 0) return undefined;
    const depth = x.shape.at(-1) as number;
    const kernel = weight([depth, 1 + (b % 20)], seed, 1 / depth);
    return lax.dot_general(x, kernel, { lhsBatch: [], rhsBatch: [], lhsContracting: [x.rank - 1], rhsContracting: [0] });
  },
  matmul: (pool, [a, b]) => {
    const x = operand(pool, a);
    if (x.rank < 2) return undefined;
    const y = lax.tanh(
      pick(
        pool.all.filter((other) => sameShape(other.shape, x.shape)),
        b,
      ),
    );
    const batch = x.shape.map((_, axis) => axis).slice(0, -2);
    const contracting = [x.rank - 1];
    const product = lax.dot_general(x, y, { lhsBatch: batch, rhsBatch: batch, lhsContracting: contracting, rhsContracting: contracting });
    return lax.multiply(product, fill(product, 1 / (x.shape.at(-1) as number)));
  },
  convolution: (pool, choices, seed) => convolve(operand(pool, choices[0]), choices, seed),
  window: (pool, choices) => pool2(operand(pool, choices[0]), choices),
  reduce: (pool, choices) => reduceSome(pool, operand(pool, choices[0]), choices),
  cumulative: (pool, [a, b, c]) => {
    const x = operand(pool, a);
    if (x.rank === 0) return undefined;
    return lax.cumulative(x, { kind: pick(['max', 'min'] as const, c), axis: b % x.rank, reverse: c % 3 === 0 });
  },
  sort: (pool, [a, b]) => {
    const x = operand(pool, a);
    return x.rank === 0 ? undefined : lax.sort([x], b % x.rank)[0];
  },
  argument: (pool, [a, b, c]) => {
    const x = exactOperand(pool, a);
    return x.rank === 0 ? undefined : lax.cast(lax.arg_reduce(pick(['max', 'min'] as const, c), x, b % x.rank), 'float32');
  },
  iota: (pool, [a, b]) => {
    const x = operand(pool, a);
    return x.rank === 0 ? undefined : lax.add(x, lax.iota('float32', x.shape, b % x.rank));
  },
} as const satisfies Record<string, StepFunction>;

export type StepName = keyof typeof STEPS;
