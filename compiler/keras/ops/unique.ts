// The different elements (or slices) of a tensor, by sorting.
import { normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { sizeFromValue } from '../engine/infer-spec.ts';
import { defineOp } from '../engine/operation.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';
import { takeAxis } from './indexing.ts';
import { sliceAxis } from './joining.ts';
import { padConstant } from './padding.ts';
import { movePermutation } from './shapes.ts';

export interface UniqueOptions {
  /** In ascending order (default), or in the order of first occurrence. */
  readonly sorted?: boolean;
  /** Also gives where each one occurs first. */
  readonly returnIndex?: boolean;
  /** Also gives, for each element, the number of its value in the result. */
  readonly returnInverse?: boolean;
  /** Also gives how often each one occurs. */
  readonly returnCounts?: boolean;
  /** Compares whole slices along this axis; by default single elements. */
  readonly axis?: number | null;
  /** How many to give: cut or filled up to it. Needed inside compiled functions, where nobody knows how many there are. */
  readonly size?: number | null;
  /** What fills up. Default 0. */
  readonly fillValue?: number | null;
}

/** Groups of equal rows. Per group, padded to the number of rows: one entry at the front of each list. */
interface RowGroups {
  /** Where the group's first row is: [rows]. */
  readonly first: Tensor;
  readonly counts: Tensor;
  /** The group of each row: [rows]. */
  readonly groupOf: Tensor;
  /** How many groups: scalar. */
  readonly total: Tensor;
}

const rowNumbers = (count: number): Tensor => lax.iota('int32', [count], 0);

/** `values[k]` at position `places[k]`. */
const placeAt = (values: Tensor, places: Tensor): Tensor => (lax.sort([places, values], 0) as [Tensor, Tensor])[1];

/** Sorts rows [rows, columns] by all columns, so that equal ones are neighbours, and numbers the groups. */
function groupRows(rows: Tensor, isSorted: boolean): RowGroups {
  const [count, columns] = rows.shape as readonly [number, number];
  const keys = Array.from({ length: columns }, (_, column) => lax.reshape(sliceAxis(rows, 1, column, column + 1), [count]));
  const sorted = lax.sort([...keys, rowNumbers(count)], 0, Math.max(1, columns));
  const order = sorted[columns] as Tensor;
  const differs = sorted
    .slice(0, columns)
    .map((key) => lax.compare('not_equal', sliceAxis(key, 0, 1, count), sliceAxis(key, 0, 0, count - 1)));
  const isNew = differs.length > 0 ? differs.reduce((a, b) => lax.or(a, b)) : lax.full([Math.max(0, count - 1)], false, 'bool');
  const starts = lax.cast(lax.concatenate([lax.full([Math.min(1, count)], true, 'bool'), isNew], 0), 'int32');
  const one = fullAs(starts, 1);
  const numbers = lax.subtract(lax.cumulative(starts, { kind: 'sum', axis: 0, reverse: false }), one);
  const groups = { order, starts, numbers };
  const total = lax.reduce('sum', starts, [0]);
  const ascending = summarize(groups, count, total);
  return isSorted ? ascending : byFirst(ascending, count);
}

function summarize(
  { order, starts, numbers }: { readonly order: Tensor; readonly starts: Tensor; readonly numbers: Tensor },
  count: number,
  total: Tensor,
): RowGroups {
  // The rows that begin a group come to the front, in order.
  const [, first, begin] = lax.sort([lax.subtract(fullAs(starts, 1), starts), order, rowNumbers(count)], 0) as [Tensor, Tensor, Tensor];
  const isGroup = lax.compare('less', rowNumbers(count), lax.broadcastTo(total, [count]));
  const begins = lax.select(isGroup, begin, fullAs(begin, count));
  const ends = lax.concatenate([sliceAxis(begins, 0, Math.min(1, count), count), lax.full([Math.min(1, count)], count, 'int32')], 0);
  return { first, counts: lax.subtract(ends, begins), groupOf: placeAt(numbers, order), total };
}

/** The groups in the order of their first rows. */
function byFirst({ first, counts, groupOf, total }: RowGroups, count: number): RowGroups {
  const isGroup = lax.compare('less', rowNumbers(count), lax.broadcastTo(total, [count]));
  const key = lax.select(isGroup, first, fullAs(first, count));
  const [, sortedFirst, sortedCounts, former] = lax.sort([key, first, counts, rowNumbers(count)], 0) as [Tensor, Tensor, Tensor, Tensor];
  const newNumber = placeAt(rowNumbers(count), former);
  return { first: sortedFirst, counts: sortedCounts, groupOf: takeAxis(newNumber, groupOf, 0), total };
}

/** The entries of the groups, cut or filled up to `size`. */
function fitTo(entries: Tensor, total: Tensor, size: number, fill: number): Tensor {
  const count = entries.shape[0] as number;
  const kept = size <= count ? sliceAxis(entries, 0, 0, size) : padConstant(entries, [[0, size - count], ...entries.shape.slice(1).map(() => [0, 0] as const)]); // biome-ignore format: one case a line
  const isGroup = lax.compare('less', lax.iota('int32', kept.shape, 0), lax.broadcastTo(total, kept.shape));
  return lax.select(isGroup, kept, fullAs(kept, fill));
}

/** The different elements of a tensor, or slices along `axis`; with what else is asked for, in the order index, inverse, counts. */
export const unique = defineOp('unique', ['x'], (x: TensorLike, options: UniqueOptions = {}): Tensor | Tensor[] => {
  const { sorted = true, returnIndex = false, returnInverse = false, returnCounts = false, axis = null, size = null } = options;
  const given = toTensor(x);
  const at = axis === null ? 0 : normalizeAxis(axis, given.rank);
  const slices = axis === null ? lax.reshape(given, [given.size]) : lax.transpose(given, movePermutation(given.rank, [at], [0]));
  const count = slices.shape[0] as number;
  const rows = lax.reshape(slices, [count, slices.shape.slice(1).reduce((product, dim) => product * dim, 1)]);
  const { first, counts, groupOf, total } = groupRows(rows.dtype === 'bool' ? lax.cast(rows, 'uint8') : rows, sorted);
  const length = size ?? sizeFromValue(total);
  const chosen = fitTo(takeAxis(slices, first, 0), total, length, options.fillValue ?? 0);
  const values = axis === null ? chosen : lax.transpose(chosen, movePermutation(given.rank, [0], [at]));
  const others = [
    ...(returnIndex ? [fitTo(first, total, length, 1)] : []),
    ...(returnInverse ? [axis === null ? lax.reshape(groupOf, given.shape) : groupOf] : []),
    ...(returnCounts ? [fitTo(counts, total, length, 0)] : []),
  ];
  return others.length === 0 ? values : [values, ...others];
});
