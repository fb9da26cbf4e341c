// Small numerical routines on vectors: cross products, integrals, correlations, distances, windows.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { broadcastShapes, normalizeAxis, sameShape } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { contract } from './contraction.ts';
import { broadcastAll, fullAs, promoteAll, promotionDType, type TensorLike, toFloat, toTensor } from './convert.ts';
import { cutFrames } from './fft/frames.ts';
import { sliceAxis } from './joining.ts';
import { conv } from './nn/conv.ts';
import { padConstant } from './padding.ts';
import { resultType } from './promotion.ts';
import { reduceAxes } from './reductions.ts';
import { movePermutation } from './shapes.ts';
import { meanOf } from './statistics.ts';

const moveLast = (x: Tensor, axis: number): Tensor =>
  lax.transpose(x, movePermutation(x.rank, [normalizeAxis(axis, x.rank)], [x.rank - 1]));

export interface CrossOptions {
  readonly axisa?: number;
  readonly axisb?: number;
  readonly axisc?: number;
  /** The vector axis of all three. */
  readonly axis?: number | null;
}

/** The cross product of vectors of 2 or 3 elements along an axis. */
export const cross = defineOp(
  'cross',
  ['x1', 'x2'],
  (x1: TensorLike, x2: TensorLike, { axisa = -1, axisb = -1, axisc = -1, axis = null }: CrossOptions = {}): Tensor => {
    const given = promoteAll([x1, x2]) as [Tensor, Tensor];
    const [a, b] = given.map((tensor) => (tensor.dtype === 'bool' ? lax.cast(tensor, 'int32') : tensor)) as [Tensor, Tensor];
    const product = crossLast(moveLast(a, axis ?? axisa), moveLast(b, axis ?? axisb));
    const isScalar = product.rank < Math.max(a.rank, b.rank);
    const placed = isScalar ? product : moveAxis(product, product.rank - 1, axis ?? axisc);
    return lax.cast(placed, given[0].dtype);
  },
);

const moveAxis = (x: Tensor, from: number, to: number): Tensor =>
  lax.transpose(x, movePermutation(x.rank, [from], [normalizeAxis(to, x.rank)]));

/** The cross product along the last axis; of vectors of 2 elements only its third component. */
function crossLast(a: Tensor, b: Tensor): Tensor {
  const sizes = [a, b].map((vector) => vector.shape[vector.rank - 1] as number);
  if (sizes.some((size) => size !== 2 && size !== 3)) {
    throw new ValueError(
      `\`x1\` and \`x2\` must have 2 or 3 elements along the vector axis. Received shapes: ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      { code: 'cross' },
    );
  }
  const inSpace = (vector: Tensor): Tensor => {
    const last = vector.rank - 1;
    const missing = 3 - (vector.shape[last] as number);
    return padConstant(
      vector,
      vector.shape.map((_, at) => [0, at === last ? missing : 0] as const),
    );
  };
  const [u, v] = broadcastAll([inSpace(a), inSpace(b)]) as [Tensor, Tensor];
  const part = (x: Tensor, index: number): Tensor => sliceAxis(x, x.rank - 1, index, index + 1);
  const minor = (i: number, j: number): Tensor => lax.subtract(lax.multiply(part(u, i), part(v, j)), lax.multiply(part(u, j), part(v, i)));
  if (sizes[0] === 2 && sizes[1] === 2) return lax.reshape(minor(0, 1), u.shape.slice(0, -1));
  return lax.concatenate([minor(1, 2), minor(2, 0), minor(0, 1)], u.rank - 1);
}

export interface TrapezoidOptions {
  /** The points at which `y` stands; evenly spaced by `dx` otherwise. */
  readonly x?: TensorLike | null;
  readonly dx?: number;
  readonly axis?: number;
}

/** The integral along an axis by the trapezoidal rule. */
export const trapezoid = defineOp('trapezoid', ['y'], (y: TensorLike, { x = null, dx = 1, axis = -1 }: TrapezoidOptions = {}): Tensor => {
  const heights = moveLast(toFloat(y), axis);
  const last = heights.rank - 1;
  const size = heights.shape[last] as number;
  const neighbours = (tensor: Tensor, combine: (later: Tensor, earlier: Tensor) => Tensor): Tensor => {
    const at = tensor.rank - 1;
    return combine(sliceAxis(tensor, at, 1, size), sliceAxis(tensor, at, 0, size - 1));
  };
  const sums = neighbours(heights, lax.add);
  const points = x === null ? null : toTensor(x, heights.dtype);
  const widths =
    points === null
      ? fullAs(sums, dx)
      : lax.broadcastTo(neighbours(points.rank === 1 ? points : moveLast(points, axis), lax.subtract), sums.shape);
  return reduceAxes('sum', lax.multiply(lax.multiply(sums, fullAs(sums, 0.5)), widths), { axis: last });
});

/** The matrix of powers of a vector's elements: the highest first, or the lowest if `increasing`. */
export const vander = defineOp(
  'vander',
  ['x'],
  (x: TensorLike, { N = null, increasing = false }: { readonly N?: number | null; readonly increasing?: boolean } = {}): Tensor => {
    const vector = toTensor(x);
    const columns = N ?? vector.size;
    const wide = lax.cast(vector, resultType(vector.dtype, 'float32'));
    const shape = [vector.size, columns];
    const rising = lax.iota(wide.dtype, shape, 1);
    const powers = increasing ? rising : lax.subtract(lax.full(shape, columns - 1, wide.dtype), rising);
    return lax.cast(lax.power(lax.broadcast(wide, shape, [0]), powers), vector.dtype);
  },
);

/** Correlation coefficients of the rows of a matrix. */
export const corrcoef = defineOp('corrcoef', ['x'], (x: TensorLike): Tensor => {
  const given = toFloat(x);
  if (given.rank === 0) return fullAs(given, Number.NaN);
  const rows = given.rank === 1 ? lax.reshape(given, [1, given.size]) : given;
  const centred = lax.subtract(rows, lax.broadcastTo(meanOf(rows, { axis: -1, keepdims: true }), rows.shape));
  const products = contract(centred, centred, { lhsContracting: [1], rhsContracting: [1] });
  const square = reduceAxes('sum', lax.multiply(centred, centred), { axis: 1 });
  const scale = lax.sqrt(square);
  const count = rows.shape[0] as number;
  const sizes = lax.multiply(lax.broadcast(scale, [count, count], [0]), lax.broadcast(scale, [count, count], [1]));
  const ratio = lax.divide(products, sizes);
  const bounded = lax.minimum(lax.maximum(ratio, fullAs(ratio, -1)), fullAs(ratio, 1));
  return given.rank === 1 ? lax.reshape(bounded, []) : bounded;
});

/** The correlation of two vectors: sums of products at each shift. */
export const correlate = defineOp(
  'correlate',
  ['x1', 'x2'],
  (x1: TensorLike, x2: TensorLike, { mode = 'valid' }: { readonly mode?: 'valid' | 'same' | 'full' } = {}): Tensor => {
    const common = resultType(promotionDType(x1), promotionDType(x2));
    const dtype = common === 'int64' ? 'float64' : common.includes('float') ? common : 'float32';
    const [signal, filter] = [toTensor(x1, dtype), toTensor(x2, dtype)];
    const [n, m] = [signal.size, filter.size];
    if (!['valid', 'same', 'full'].includes(mode))
      throw new ValueError(`Invalid mode: '${mode}'. Mode must be one of: 'full', 'same', 'valid'.`, { code: 'arguments' });
    const border = mode === 'valid' ? 0 : m - 1;
    const padded = padConstant(signal, [[border, border]]);
    const result = lax.reshape(conv(lax.reshape(padded, [1, padded.size, 1]), lax.reshape(filter, [m, 1, 1])), [padded.size - m + 1]);
    if (mode !== 'same') return result;
    const length = Math.max(n, m);
    const start = Math.floor((n + m - 1 - length) / 2);
    return sliceAxis(result, 0, start, start + length);
  },
);

/** Distances of all pairs of rows: (..., n, d) and (..., m, d) -> (..., n, m). */
export const cdist = defineOp('cdist', ['x', 'y'], (x: TensorLike, y: TensorLike): Tensor => {
  const [a, b] = promoteAll([toFloat(x), toFloat(y)]) as [Tensor, Tensor];
  if (a.rank < 2 || b.rank < 2) throw new ValueError('`cdist` inputs must have rank >= 2', { code: 'rank' });
  const [left, right] = [
    lax.reshape(a, [...a.shape.slice(0, -1), 1, a.shape[a.rank - 1] as number]),
    lax.reshape(b, [...b.shape.slice(0, -2), 1, ...b.shape.slice(-2)]),
  ];
  const shape = broadcastShapes(left.shape, right.shape);
  const difference = lax.subtract(lax.broadcastTo(left, shape), lax.broadcastTo(right, shape));
  return lax.sqrt(reduceAxes('sum', lax.multiply(difference, difference), { axis: -1 }));
});

/** The peak signal-to-noise ratio of two images, in decibels. */
export const psnr = defineOp('psnr', ['x1', 'x2', 'max_val'], (x1: TensorLike, x2: TensorLike, maxVal: number): Tensor => {
  const [a, b] = promoteAll([x1, x2]) as [Tensor, Tensor];
  if (!sameShape(a.shape, b.shape))
    throw new ValueError(`Input shapes ${formatShape(a.shape)} and ${formatShape(b.shape)} must match for PSNR calculation.`, {
      code: 'psnr',
    });
  const difference = lax.subtract(a, b);
  const error = meanOf(lax.multiply(difference, difference), {});
  return lax.subtract(fullAs(error, 20 * Math.log10(maxVal)), lax.multiply(lax.log(error), fullAs(error, 10 * Math.LOG10E)));
});

/** Windows of `sequenceLength` elements of the last axis, `sequenceStride` apart. */
export const extractSequences = defineOp(
  'extract_sequences',
  ['x', 'sequence_length', 'sequence_stride'],
  (x: TensorLike, sequenceLength: number, sequenceStride: number): Tensor => {
    const tensor = toTensor(x);
    const last = tensor.rank - 1;
    const size = tensor.shape[last] as number;
    const count = Math.floor((size - sequenceLength) / sequenceStride) + 1;
    if (count < 1)
      throw new ValueError(
        `The last axis is shorter than \`sequence_length\`. Received: x.shape=${formatShape(tensor.shape)}, sequence_length=${quote(sequenceLength)}`,
        { code: 'arguments' },
      );
    return cutFrames(tensor, sequenceLength, sequenceStride);
  },
);
