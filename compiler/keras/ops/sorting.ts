// Ops about order: sort, top-k, search.
import { normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { fullAs, promotePair, type TensorLike, toTensor } from './convert.ts';
import { reduceAxes } from './reductions.ts';

interface SortOptions {
  /** The axis along which to sort; null sorts the flattened tensor. */
  readonly axis?: number | null;
}

const sortable = (x: Tensor): Tensor => (x.dtype === 'bool' ? lax.cast(x, 'uint8') : x);
const flatIfNull = (x: Tensor, axis: number | null): Tensor => (axis === null ? lax.reshape(x, [x.size]) : x);

/** The elements in ascending order along an axis, NaN last. */
export const sort = defineOp('sort', ['x'], (x: TensorLike, { axis = -1 }: SortOptions = {}): Tensor => {
  const tensor = flatIfNull(toTensor(x), axis);
  if (tensor.rank === 0) return tensor;
  const [sorted] = lax.sort([sortable(tensor)], normalizeAxis(axis ?? 0, tensor.rank)) as [Tensor];
  return lax.cast(sorted, tensor.dtype);
});

function sortIndices(x: Tensor, axis: number): Tensor {
  const [, indices] = lax.sort([sortable(x), lax.iota('int32', x.shape, axis)], axis) as [Tensor, Tensor];
  return indices;
}

/** The indices that sort a tensor along an axis (int32), stable. */
export const argsort = defineOp('argsort', ['x'], (x: TensorLike, { axis = -1 }: SortOptions = {}): Tensor => {
  const tensor = flatIfNull(toTensor(x), axis);
  return tensor.rank === 0 ? lax.full([1], 0, 'int32') : sortIndices(tensor, normalizeAxis(axis ?? 0, tensor.rank));
});

/** Indices of a partition: those before position `kth` belong to elements no larger than those after. Sorted here. */
export const argpartition = defineOp(
  'argpartition',
  ['x', 'kth'],
  (x: TensorLike, _kth: number, { axis = -1 }: SortOptions = {}): Tensor => {
    const tensor = flatIfNull(toTensor(x), axis);
    return sortIndices(tensor, normalizeAxis(axis ?? 0, tensor.rank));
  },
);

/** The k largest elements of the last axis, largest first, as `[values, indices]`. */
export const topK = defineOp('top_k', ['x', 'k'], (x: TensorLike, k: number, _options: { readonly sorted?: boolean } = {}): Tensor[] =>
  lax.top_k(toTensor(x), k),
);

/** Whether each target class is among the k best predictions of its row: at most k - 1 are larger. */
export const inTopK = defineOp(
  'in_top_k',
  ['targets', 'predictions', 'k'],
  (targets: TensorLike, predictions: TensorLike, k: number): Tensor => {
    const scores = toTensor(predictions);
    const [rows, classes] = scores.shape as readonly [number, number];
    const wanted = lax.broadcast(lax.cast(toTensor(targets), 'int32'), [rows, classes], [0]);
    const isTarget = lax.compare('equal', wanted, lax.iota('int32', [rows, classes], 1));
    const own = reduceAxes('sum', lax.select(isTarget, scores, fullAs(scores, 0)), { axis: 1 });
    const larger = lax.compare('greater', scores, lax.broadcast(own, [rows, classes], [0]));
    const count = reduceAxes('sum', lax.cast(larger, 'int32'), { axis: 1 });
    const isClass = reduceAxes('or', isTarget, { axis: 1 });
    return lax.and(lax.and(lax.compare('less', count, fullAs(count, k)), lax.is_finite(own)), isClass);
  },
);

/** Compares every value with every sorted element (a last axis) and counts where the comparison holds. */
function countBelow(sorted: Tensor, values: Tensor, direction: 'less' | 'less_equal'): Tensor {
  const shape = [...values.shape, sorted.size];
  const elements = lax.broadcast(sorted, shape, [values.rank]);
  const wanted = lax.broadcast(
    values,
    shape,
    values.shape.map((_, axis) => axis),
  );
  return reduceAxes('sum', lax.cast(lax.compare(direction, elements, wanted), 'int32'), { axis: values.rank });
}

/** Where each value would be inserted into a sorted vector: before equal elements (`left`) or after them (`right`). */
export const searchsorted = defineOp(
  'searchsorted',
  ['sorted_sequence', 'values'],
  (sortedSequence: TensorLike, values: TensorLike, { side = 'left' }: { readonly side?: 'left' | 'right' } = {}): Tensor => {
    const [sorted, wanted] = promoteKeepingShapes(sortedSequence, values);
    return countBelow(sorted, wanted, side === 'left' ? 'less' : 'less_equal');
  },
);

/** The number of the bin of each element: how many bin edges are not above it. */
export const digitize = defineOp('digitize', ['x', 'bins'], (x: TensorLike, bins: TensorLike): Tensor => {
  const [edges, values] = promoteKeepingShapes(bins, x);
  return countBelow(edges, values, 'less_equal');
});

function promoteKeepingShapes(x1: TensorLike, x2: TensorLike): readonly [Tensor, Tensor] {
  const [scalar1, scalar2] = promotePair(lax.full([], 0, toTensor(x1).dtype), lax.full([], 0, toTensor(x2).dtype));
  return [toTensor(x1, scalar1.dtype), toTensor(x2, scalar2.dtype)];
}

interface IsinOptions {
  readonly assumeUnique?: boolean;
  readonly invert?: boolean;
}

/** Whether each element of `x1` occurs in `x2`. */
export const isin = defineOp('isin', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike, { invert = false }: IsinOptions = {}): Tensor => {
  const [elements, set] = promoteKeepingShapes(x1, x2);
  const shape = [...elements.shape, set.size];
  const members = lax.broadcast(lax.reshape(set, [set.size]), shape, [elements.rank]);
  const wanted = lax.broadcast(
    elements,
    shape,
    elements.shape.map((_, axis) => axis),
  );
  const found = reduceAxes('or', lax.compare('equal', wanted, members), { axis: elements.rank });
  return invert ? lax.not(found) : found;
});
