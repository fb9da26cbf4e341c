// Norms of vectors and matrices.
import { quote, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { type AxisOptions, axisList } from '../axes.ts';
import { fullAs, type TensorLike, toFloat } from '../convert.ts';
import { reduceAxes } from '../reductions.ts';
import { movePermutation } from '../shapes.ts';
import { toStack } from './matrices.ts';
import { singularValues } from './svd.ts';

export interface NormOptions extends AxisOptions {
  /** The order: 2 by default; a number, an infinity, or for matrices `fro` (the default) and `nuc`, the sum of singular values. */
  readonly ord?: number | 'fro' | 'nuc' | null;
}

/** The norm of vectors (one axis) or matrices (two axes); by default the length of the whole tensor as a vector. */
export const norm = defineOp('norm', ['x'], (x: TensorLike, { ord = null, axis = null, keepdims = false }: NormOptions = {}): Tensor => {
  const tensor = toFloat(x);
  const axes = axisList(axis ?? tensor.shape.map((_, index) => index), tensor.rank);
  const options = { axis: axes, keepdims };
  if (ord === null || (ord === 'fro' && axes.length === 2) || (ord === 2 && axes.length === 1)) {
    return lax.sqrt(reduceAxes('sum', lax.multiply(tensor, tensor), options));
  }
  if (axes.length === 1 && typeof ord === 'number') return vectorNorm(tensor, ord, options);
  if (axes.length === 2) return matrixNorm(tensor, ord, axes as [number, number], keepdims);
  throw new ValueError(`Invalid \`ord\` argument for a norm over ${axes.length} axes. Received: ord=${quote(ord)}`, { code: 'norm-order' });
});

function vectorNorm(x: Tensor, order: number, options: AxisOptions): Tensor {
  const size = lax.abs(x);
  if (order === Number.POSITIVE_INFINITY) return reduceAxes('max', size, options);
  if (order === Number.NEGATIVE_INFINITY) return reduceAxes('min', size, options);
  if (order === 0) return reduceAxes('sum', lax.cast(lax.compare('not_equal', x, fullAs(x, 0)), x.dtype), options);
  const total = reduceAxes('sum', lax.power(size, fullAs(size, order)), options);
  return lax.power(total, fullAs(total, 1 / order));
}

function matrixNorm(x: Tensor, order: NormOptions['ord'], axes: readonly [number, number], keepdims: boolean): Tensor {
  if (order === 'nuc' || order === 2 || order === -2) return spectralNorm(x, order, axes, keepdims);
  if (typeof order !== 'number' || ![1, Number.POSITIVE_INFINITY].includes(Math.abs(order)))
    throw new ValueError(`Invalid \`ord\` argument for matrix norm. Received: ord=${quote(order)}`, { code: 'norm-order' });
  // The largest (or for negative orders smallest) absolute column or row sum.
  const [row, column] = axes;
  const [summed, compared] = Math.abs(order) === 1 ? [row, column] : [column, row];
  const sums = reduceAxes('sum', lax.abs(x), { axis: summed, keepdims: true });
  const norms = reduceAxes(order > 0 ? 'max' : 'min', sums, { axis: compared, keepdims: true });
  return lax.reshape(norms, shapeWithout(x, axes, keepdims));
}

/** The largest or smallest singular value, or the sum of all. */
function spectralNorm(x: Tensor, order: 'nuc' | 2 | -2, axes: readonly [number, number], keepdims: boolean): Tensor {
  const matrices = lax.transpose(x, movePermutation(x.rank, axes, [x.rank - 2, x.rank - 1]));
  const values = singularValues(toStack(matrices));
  const kind = order === 'nuc' ? 'sum' : order === 2 ? 'max' : 'min';
  return lax.reshape(lax.reduce(kind, values, [1]), shapeWithout(x, axes, keepdims));
}

const shapeWithout = (x: Tensor, axes: readonly number[], keepdims: boolean): number[] =>
  x.shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [dim]));
