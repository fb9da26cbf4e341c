// Ops that pick elements by index or by condition.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { broadcastShapes, normalizeAxis, stridesOf } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import { Tensor } from '../../trace/tensor.ts';
import { sizeFromValue } from '../engine/infer-spec.ts';
import { defineOp } from '../engine/operation.ts';
import { broadcastAll, fullAs, promoteAll, promotePair, type TensorLike, type TensorList, toTensor } from './convert.ts';

/** Indices as int32, negative ones counted from the end of an axis of `size`. */
function wrapIndices(indices: TensorLike, size: number): Tensor {
  const tensor = toTensor(indices);
  const whole = lax.cast(tensor, 'int32');
  if (tensor.dtype === 'bool' || tensor.dtype.startsWith('uint')) return whole;
  return lax.select(lax.compare('less', whole, fullAs(whole, 0)), lax.add(whole, fullAs(whole, size)), whole);
}

/** Slices of size 1 along `axis`, which the axes of `indices` replace. */
export function takeAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  const offsetAxes = x.shape.flatMap((_, at) => (at === axis ? [] : [at < axis ? at : at + indices.rank - 1]));
  return lax.gather(x, lax.reshape(indices, [...indices.shape, 1]), {
    offsetAxes,
    collapsedAxes: [axis],
    operandBatchAxes: [],
    indicesBatchAxes: [],
    startIndexMap: [axis],
    sliceSizes: x.shape.map((dim, at) => (at === axis ? 1 : dim)),
  });
}

interface TakeOptions {
  /** The axis that the indices address; none addresses the flattened tensor. */
  readonly axis?: number | null;
}

/** The slices at `indices` along an axis; negative indices count from the end. */
export const take = defineOp('take', ['x', 'indices'], (x: TensorLike, indices: TensorLike, { axis = null }: TakeOptions = {}): Tensor => {
  const tensor = toTensor(x);
  const flat = axis === null ? lax.reshape(tensor, [tensor.size]) : tensor;
  const at = normalizeAxis(axis ?? 0, flat.rank);
  return takeAxis(flat, wrapIndices(indices, flat.shape[at] as number), at);
});

/** For each position, the element whose index along `axis` stands in `indices` there. */
export const takeAlongAxis = defineOp(
  'take_along_axis',
  ['x', 'indices'],
  (x: TensorLike, indices: TensorLike, { axis = null }: TakeOptions = {}): Tensor => {
    const given = toTensor(x);
    const flat = axis === null ? lax.reshape(given, [given.size]) : given;
    const index = toTensor(indices);
    const chosen = axis === null ? lax.reshape(index, [index.size]) : index;
    return alongAxis(flat, chosen, normalizeAxis(axis ?? 0, flat.rank));
  },
);

function alongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  const drop = (shape: readonly number[]): number[] => shape.map((dim, at) => (at === axis ? 1 : dim));
  const common = broadcastShapes(drop(x.shape), drop(indices.shape));
  const withAxis = (size: number): number[] => common.map((dim, at) => (at === axis ? size : dim));
  const size = x.shape[axis] as number;
  const operand = lax.broadcastTo(x, withAxis(size));
  const index = lax.broadcastTo(wrapIndices(indices, size), withAxis(indices.shape[axis] as number));
  const batch = common.flatMap((_, at) => (at === axis ? [] : [at]));
  return lax.gather(operand, lax.reshape(index, [...index.shape, 1]), {
    offsetAxes: [],
    collapsedAxes: [axis],
    operandBatchAxes: batch,
    indicesBatchAxes: batch,
    startIndexMap: [axis],
    sliceSizes: common.map(() => 1),
  });
}

/** `x1` where the condition holds, `x2` elsewhere; with the condition alone, the indices of its true elements (needs a value). */
export const where = defineOp(
  'where',
  ['condition', 'x1', 'x2'],
  (condition: TensorLike, x1: TensorLike | null = null, x2: TensorLike | null = null): Tensor | Tensor[] => {
    const test = toTensor(condition, 'bool');
    if (x1 === null && x2 === null) return nonzeroIndices(test);
    if (x1 === null || x2 === null)
      throw new ValueError('`x1` and `x2` either both should be `None` or both should have non-None value.', { code: 'arguments' });
    return choose(test, x1, x2);
  },
);

/** `x1` where the bool tensor holds, `x2` elsewhere, in their common dtype and shape. */
export function choose(test: Tensor, x1: TensorLike, x2: TensorLike): Tensor {
  const [a, b] = promotePair(x1, x2);
  const [mask, onTrue, onFalse] = broadcastAll([test, a, b]) as [Tensor, Tensor, Tensor];
  return lax.select(mask, onTrue, onFalse);
}

/** The indices of nonzero elements, one tensor per axis: a stable sort brings them to the front. */
function nonzeroIndices(x: Tensor): Tensor[] {
  const flat = lax.reshape(x, [x.size]);
  const count = sizeFromValue(lax.reduce('sum', lax.cast(flat, 'int32'), [0]));
  const [, order] = lax.sort([lax.cast(lax.not(flat), 'int32'), lax.iota('int32', flat.shape, 0)], 0) as [Tensor, Tensor];
  // While shapes are inferred the count is any number, also one above the size.
  const places = count <= flat.size ? lax.slice(order, [0], [count]) : lax.full([count], 0, 'int32');
  const strides = stridesOf(x.shape);
  return x.shape.map((dim, axis) => {
    const above = lax.divide(places, fullAs(places, strides[axis] as number));
    return lax.remainder(above, fullAs(places, Math.max(1, dim)));
  });
}

/** The indices of nonzero elements, one tensor per axis. How many there are only values tell: not inside a compiled function. */
export const nonzero = defineOp('nonzero', ['x'], (x: TensorLike): Tensor[] => nonzeroIndices(toTensor(x, 'bool')));

/** The first choice whose condition holds, or the default. */
export const select = defineOp(
  'select',
  ['condlist', 'choicelist'],
  (condlist: TensorList, choicelist: TensorList, { default: otherwise = 0 }: { readonly default?: TensorLike } = {}): Tensor => {
    const choices = promoteAll([...choicelist, otherwise]);
    const fallback = choices[choices.length - 1] as Tensor;
    return condlist.reduceRight<Tensor>(
      (rest, condition, index) => choose(toTensor(condition, 'bool'), choices[index] as Tensor, rest),
      fallback,
    );
  },
);

/** A part of an index: a position, a range, a new axis (null), all remaining axes, or a tensor of positions. */
export interface IndexRange {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}
export type IndexKey = number | null | '...' | IndexRange | Tensor | readonly number[];

const isRange = (key: IndexKey): key is IndexRange =>
  typeof key === 'object' && key !== null && !Array.isArray(key) && !(key instanceof Tensor);

/** `x[key]` as in NumPy: numbers, ranges, null for a new axis, '...', and one tensor or list of positions. */
export const getItem = defineOp(
  'get_item',
  ['x', 'key'],
  (x: TensorLike, key: IndexKey | readonly IndexKey[]): Tensor => {
    const keys: readonly IndexKey[] = Array.isArray(key) ? (key as readonly IndexKey[]) : [key as IndexKey];
    const tensor = toTensor(x);
    const used = keys.filter((item) => item !== null && item !== '...').length;
    if (used > tensor.rank)
      throw new ValueError(`Too many indices for a tensor of shape ${formatShape(tensor.shape)}. Received: key=${quote(key)}`, {
        code: 'index',
      });
    const rest = new Array<IndexKey>(tensor.rank - used).fill({});
    const ellipsis = keys.indexOf('...');
    const expanded = ellipsis === -1 ? [...keys, ...rest] : [...keys.slice(0, ellipsis), ...rest, ...keys.slice(ellipsis + 1)];
    let axis = 0;
    return expanded.reduce<Tensor>((current, item) => {
      if (item === null) return lax.reshape(current, [...current.shape.slice(0, axis), 1, ...current.shape.slice(axis++)]);
      if (typeof item === 'number') return pickPosition(current, axis, item);
      if (isRange(item)) return pickRange(current, axis++, item);
      const positions = wrapIndices(item as TensorLike, current.shape[axis] as number);
      const picked = takeAxis(current, positions, axis);
      axis += positions.rank;
      return picked;
    }, tensor);
  },
  { shrinks: true },
);

function pickPosition(x: Tensor, axis: number, position: number): Tensor {
  const size = x.shape[axis] as number;
  if (position < -size || position >= size)
    throw new ValueError(`Index ${position} is out of bounds for axis ${axis} of size ${size}.`, { code: 'index' });
  const at = position < 0 ? position + size : position;
  const part = lax.slice(
    x,
    x.shape.map((_, index) => (index === axis ? at : 0)),
    x.shape.map((dim, index) => (index === axis ? at + 1 : dim)),
  );
  return lax.reshape(
    part,
    x.shape.filter((_, index) => index !== axis),
  );
}

/** Python's slice rules: negative bounds count from the end, bounds are clamped. */
function pickRange(x: Tensor, axis: number, { start = null, stop = null, step = null }: IndexRange): Tensor {
  const size = x.shape[axis] as number;
  const by = step ?? 1;
  if (by < 0) {
    const reversed = lax.reverse(x, [axis]);
    const mirror = (bound: number | null): number | null => (bound === null ? null : bound < 0 ? -bound - 1 : size - 1 - bound);
    const [from, to] = [mirror(start), mirror(stop)];
    return pickRange(reversed, axis, {
      start: from === null ? null : Math.max(0, from),
      stop: to === null ? null : Math.max(0, to),
      step: -by,
    });
  }
  const clamp = (bound: number): number => Math.min(size, Math.max(0, bound < 0 ? bound + size : bound));
  const from = start === null ? 0 : clamp(start);
  const to = Math.max(from, stop === null ? size : clamp(stop));
  if (from === 0 && to === size && by === 1) return x;
  const bounds = (value: number, other: (dim: number) => number): number[] => x.shape.map((dim, at) => (at === axis ? value : other(dim)));
  return lax.slice(
    x,
    bounds(from, () => 0),
    bounds(to, (dim) => dim),
    bounds(by, () => 1),
  );
}
