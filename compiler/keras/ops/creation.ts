// Ops that make tensors: constants, ranges, triangles, grids.
import { type DType, isInteger } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { standardizeDType } from './conversion.ts';
import { fullAs, promoteAll, promotionDType, type TensorLike, toNumbers, toTensor } from './convert.ts';
import { floatType, resultType, weakDType } from './promotion.ts';

export interface DTypeOption {
  readonly dtype?: DType | null;
}
const dtypeOr = (dtype: DType | null | undefined, otherwise: DType): DType =>
  dtype === null || dtype === undefined ? otherwise : standardizeDType(dtype);
const dims = (shape: number | readonly number[]): readonly number[] => (typeof shape === 'number' ? [shape] : shape);

/** A tensor of zeros, float32 by default. */
export const zeros = defineOp(
  'zeros',
  ['shape'],
  (shape: number | readonly number[], { dtype }: DTypeOption = {}): Tensor => lax.full(dims(shape), 0, dtypeOr(dtype, 'float32')),
);
/** A tensor of ones, float32 by default. */
export const ones = defineOp(
  'ones',
  ['shape'],
  (shape: number | readonly number[], { dtype }: DTypeOption = {}): Tensor => lax.full(dims(shape), 1, dtypeOr(dtype, 'float32')),
);
/** A tensor whose values mean nothing: zeros. */
export const empty = defineOp(
  'empty',
  ['shape'],
  (shape: number | readonly number[], { dtype }: DTypeOption = {}): Tensor => lax.full(dims(shape), 0, dtypeOr(dtype, 'float32')),
);
/** A tensor of one value. */
export const full = defineOp(
  'full',
  ['shape', 'fill_value'],
  (shape: number | readonly number[], fillValue: TensorLike, { dtype }: DTypeOption = {}): Tensor =>
    lax.broadcastTo(toTensor(fillValue, dtypeOr(dtype, 'float32')), dims(shape)),
);
/** Zeros in the shape of `x`. */
export const zerosLike = defineOp(
  'zeros_like',
  ['x'],
  (x: TensorLike, { dtype }: DTypeOption = {}): Tensor => fullLikeTensor(toTensor(x), 0, dtype),
);
/** Ones in the shape of `x`. */
export const onesLike = defineOp(
  'ones_like',
  ['x'],
  (x: TensorLike, { dtype }: DTypeOption = {}): Tensor => fullLikeTensor(toTensor(x), 1, dtype),
);
/** A tensor in the shape of `x` whose values mean nothing: zeros. */
export const emptyLike = defineOp(
  'empty_like',
  ['x'],
  (x: TensorLike, { dtype }: DTypeOption = {}): Tensor => fullLikeTensor(toTensor(x), 0, dtype),
);
/** One value in the shape of `x`. */
export const fullLike = defineOp(
  'full_like',
  ['x', 'fill_value'],
  (x: TensorLike, fillValue: TensorLike, { dtype }: DTypeOption = {}): Tensor => {
    const tensor = toTensor(x);
    return lax.broadcastTo(toTensor(fillValue, dtypeOr(dtype, tensor.dtype)), tensor.shape);
  },
);

const fullLikeTensor = (x: Tensor, value: number, dtype?: DType | null): Tensor => lax.full(x.shape, value, dtypeOr(dtype, x.dtype));

/** Numbers from `start` up to, not including, `stop`; `arange(stop)` starts at 0. */
export const arange = defineOp(
  'arange',
  ['start', 'stop', 'step'],
  (start: number, stop: number | null | DTypeOption = null, step: number | null = null, options: DTypeOption = {}): Tensor => {
    // `arange(5, { dtype })`: the options may follow the first number.
    if (typeof stop === 'object' && stop !== null) return range(start, null, null, stop);
    return range(start, stop, step, options);
  },
);

function range(start: number, stop: number | null, step: number | null, { dtype }: DTypeOption): Tensor {
  const [from, to, by] = stop === null ? [0, start, step ?? 1] : [start, stop, step ?? 1];
  const type = dtypeOr(dtype, resultType(...[start, ...(stop === null ? [] : [stop]), by].map(weakDType)));
  const count = Math.max(0, Math.ceil((to - from) / by));
  const index = lax.iota(type, [count], 0);
  const scaled = by === 1 ? index : lax.multiply(index, fullAs(index, by));
  return from === 0 ? scaled : lax.add(scaled, fullAs(scaled, from));
}

export interface LinspaceOptions extends DTypeOption {
  /** How many values. Default 50. */
  readonly num?: TensorLike;
  /** Whether `stop` is the last value. */
  readonly endpoint?: boolean;
  /** Whether to return the step too, as `[values, step]`. */
  readonly retstep?: boolean;
  /** Where the new axis goes when `start` and `stop` are tensors. */
  readonly axis?: number;
}

function spread(
  start: TensorLike,
  stop: TensorLike,
  { num: count = 50, endpoint = true, axis = 0 }: LinspaceOptions,
): { readonly values: Tensor; readonly step: Tensor } {
  const type = floatType(resultType(promotionDType(start), promotionDType(stop)));
  const [num] = toNumbers(count) as [number];
  const [from, to] = promoteAll([start, stop]).map((tensor) => lax.cast(tensor, type)) as [Tensor, Tensor];
  const rank = Math.max(from.rank, to.rank);
  const base = rank === from.rank ? from.shape : to.shape;
  const [low, high] = [lax.broadcastTo(from, base), lax.broadcastTo(to, base)];
  const intervals = Math.max(1, endpoint ? num - 1 : num);
  const step = lax.divide(lax.subtract(high, low), fullAs(low, intervals));
  const at = axis < 0 ? axis + rank + 1 : axis;
  const shape = [...base.slice(0, at), num, ...base.slice(at)];
  const axes = base.map((_, index) => (index < at ? index : index + 1));
  const values = lax.add(lax.broadcast(low, shape, axes), lax.multiply(lax.broadcast(step, shape, axes), lax.iota(type, shape, at)));
  return { values, step };
}

/** Evenly spaced numbers from `start` to `stop`. */
export const linspace = defineOp(
  'linspace',
  ['start', 'stop'],
  (start: TensorLike, stop: TensorLike, options: LinspaceOptions = {}): Tensor | Tensor[] => {
    const { values, step } = spread(start, stop, options);
    const type = dtypeOr(options.dtype, values.dtype);
    const rounded = lax.cast(isInteger(type) ? lax.floor(values) : values, type);
    return options.retstep ? [rounded, lax.cast(step, type)] : rounded;
  },
);

export interface LogspaceOptions extends LinspaceOptions {
  readonly base?: number;
}

/** Numbers spaced evenly on a logarithmic scale, from `base ** start` to `base ** stop`. */
export const logspace = defineOp(
  'logspace',
  ['start', 'stop'],
  (start: TensorLike, stop: TensorLike, { base = 10, ...options }: LogspaceOptions = {}): Tensor => {
    const { values } = spread(start, stop, options);
    return lax.cast(lax.power(fullAs(values, base), values), dtypeOr(options.dtype, values.dtype));
  },
);

/** Numbers in geometric progression from `start` to `stop`. */
export const geomspace = defineOp(
  'geomspace',
  ['start', 'stop'],
  (start: TensorLike, stop: TensorLike, options: LinspaceOptions = {}): Tensor => {
    const type = floatType(resultType(promotionDType(start), promotionDType(stop)));
    const [first, last] = [toTensor(start, type), toTensor(stop, type)];
    const { values } = spread(lax.log(lax.abs(first)), lax.log(lax.abs(last)), options);
    const at = (options.axis ?? 0) < 0 ? (options.axis ?? 0) + values.rank : (options.axis ?? 0);
    const shape = values.shape.filter((_, index) => index !== at);
    const signs = lax.broadcast(
      lax.broadcastTo(lax.sign(first), shape),
      values.shape,
      shape.map((_, index) => (index < at ? index : index + 1)),
    );
    return lax.cast(lax.multiply(signs, lax.exp(values)), dtypeOr(options.dtype, values.dtype));
  },
);

/** The bool matrix of `rows x columns` that is true where column - row <= k. */
function lowerTriangle(rows: number, columns: number, k: number): Tensor {
  const row = lax.iota('int32', [rows, columns], 0);
  const column = lax.iota('int32', [rows, columns], 1);
  return lax.compare('less_equal', lax.subtract(column, row), lax.full([rows, columns], k, 'int32'));
}

export interface MatrixOptions extends DTypeOption {
  /** Columns; as many as rows by default. */
  readonly M?: number | null;
  /** The diagonal: above the main one if positive. */
  readonly k?: number;
}

/** Ones on a diagonal, zeros elsewhere. */
export const eye = defineOp('eye', ['N'], (N: number, { M = null, k = 0, dtype }: MatrixOptions = {}): Tensor => {
  const shape = [N, M ?? N];
  const offset = lax.subtract(lax.iota('int32', shape, 1), lax.iota('int32', shape, 0));
  return lax.cast(lax.compare('equal', offset, lax.full(shape, k, 'int32')), dtypeOr(dtype, 'float32'));
});
/** The identity matrix. */
export const identity = defineOp('identity', ['n'], (n: number, { dtype }: DTypeOption = {}): Tensor => {
  const diagonal = lax.compare('equal', lax.iota('int32', [n, n], 0), lax.iota('int32', [n, n], 1));
  return lax.cast(diagonal, dtypeOr(dtype, 'float32'));
});
/** Ones at and below a diagonal, zeros above. */
export const tri = defineOp(
  'tri',
  ['N'],
  (N: number, { M = null, k = 0, dtype }: MatrixOptions = {}): Tensor => lax.cast(lowerTriangle(N, M ?? N, k), dtypeOr(dtype, 'float32')),
);

function triangle(x: Tensor, k: number, keepLower: boolean): Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const mask = lax.broadcastTo(lowerTriangle(rows, columns, keepLower ? k : k - 1), x.shape);
  const zero = fullAs(x, 0);
  return keepLower ? lax.select(mask, x, zero) : lax.select(mask, zero, x);
}

/** The matrix with zeros above diagonal `k`. */
export const tril = defineOp(
  'tril',
  ['x'],
  (x: TensorLike, { k = 0 }: { readonly k?: number } = {}): Tensor => triangle(toTensor(x), k, true),
);
/** The matrix with zeros below diagonal `k`. */
export const triu = defineOp(
  'triu',
  ['x'],
  (x: TensorLike, { k = 0 }: { readonly k?: number } = {}): Tensor => triangle(toTensor(x), k, false),
);

/** Coordinate tensors of a grid, one per vector. `xy` swaps the first two axes, as in NumPy. */
export const meshgrid = defineOp('meshgrid', ['*x'], (...args: readonly (TensorLike | { readonly indexing?: 'xy' | 'ij' })[]): Tensor[] => {
  const last = args[args.length - 1];
  const options =
    typeof last === 'object' && last !== null && 'indexing' in last ? (last as { readonly indexing?: 'xy' | 'ij' }) : undefined;
  const vectors = (options ? args.slice(0, -1) : args)
    .map((value) => toTensor(value as TensorLike))
    .map((vector) => lax.reshape(vector, [vector.size]));
  const order = vectors.map((_, index) => index);
  if ((options?.indexing ?? 'xy') === 'xy' && order.length > 1) [order[0], order[1]] = [1, 0];
  const shape = order.map((index) => (vectors[index] as Tensor).size);
  return vectors.map((vector, index) => lax.broadcast(vector, shape, [order.indexOf(index)]));
});
