// The primitives as functions on tensors, one line each: the vocabulary that `ops.*` and the gradient rules are written in.
import { allocate, type DType, is64BitInteger } from './dtype.ts';
import { encodeFloat } from './float16.ts';
import type { Graph, TensorType } from './graph.ts';
import { type NDArray, ndarray } from './ndarray.ts';
import {
  BINARY,
  type BinaryName,
  type CompareDirection,
  type PrimitiveName,
  type PrimitiveParams,
  type ReduceKind,
  UNARY,
  type UnaryName,
} from './primitives/params.ts';
import { type Shape, sameShape } from './shape.ts';

type Params<P extends PrimitiveName> = PrimitiveParams[P];

/** Uses a primitive on tensors of some kind and gives its results. */
export type Apply<T extends TensorType> = <P extends PrimitiveName>(op: P, params: Params<P>, ...inputs: readonly T[]) => T[];

/** The vocabulary for tensors of kind `T`. */
export type Lax<T extends TensorType> = ReturnType<typeof createLax<T>>;

/** Makes the vocabulary from the one function that uses a primitive. */
export function createLax<T extends TensorType>(apply: Apply<T>) {
  const one = (tensors: T[]): T => tensors[0] as T;

  type Unary = { readonly [P in UnaryName]: (x: T) => T };
  type Binary = { readonly [P in BinaryName]: (x: T, y: T) => T };
  const unary = Object.fromEntries(UNARY.map((op) => [op, (x: T) => one(apply(op, {}, x))])) as Unary;
  const binary = Object.fromEntries(BINARY.map((op) => [op, (x: T, y: T) => one(apply(op, {}, x, y))])) as Binary;

  /** A scalar constant of the graph. */
  function scalar(value: number | bigint | boolean, dtype: DType): T {
    const data = allocate(dtype, 1);
    if (is64BitInteger(dtype)) (data as BigInt64Array)[0] = typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)));
    else if (dtype === 'float16' || dtype === 'bfloat16') (data as Uint16Array)[0] = encodeFloat(dtype, Number(value));
    else (data as Float64Array)[0] = Number(value);
    return constant(ndarray(dtype, [], data));
  }

  const constant = (value: NDArray): T => one(apply('constant', { value }));
  const broadcast = (x: T, shape: Shape, axes: readonly number[]): T => one(apply('broadcast', { shape, axes }, x));

  /** A constant scalar, repeated. */
  const full = (shape: Shape, value: number | bigint | boolean, dtype: DType): T => broadcast(scalar(value, dtype), shape, []);

  /** A constant scalar in the type of `x`. */
  const fullLike = (x: TensorType, value: number): T => full(x.shape, value, x.dtype);

  /** NumPy's broadcast of a tensor to a shape of at least its rank. */
  function broadcastTo(x: T, shape: Shape): T {
    if (sameShape(x.shape, shape)) return x;
    const first = shape.length - x.shape.length;
    return broadcast(
      x,
      shape,
      x.shape.map((_, axis) => first + axis),
    );
  }

  return {
    ...unary,
    ...binary,
    scalar,
    constant,
    full,
    fullLike,
    broadcast,
    broadcastTo,
    compare: (direction: CompareDirection, x: T, y: T): T => one(apply('compare', { direction }, x, y)),
    select: (condition: T, onTrue: T, onFalse: T): T => one(apply('select', {}, condition, onTrue, onFalse)),
    is_finite: (x: T): T => one(apply('is_finite', {}, x)),
    cast: (x: T, dtype: DType): T => (x.dtype === dtype ? x : one(apply('cast', { dtype }, x))),
    bitcast: (x: T, dtype: DType): T => one(apply('bitcast', { dtype }, x)),
    stop_gradient: (x: T): T => one(apply('stop_gradient', {}, x)),
    barrier: (x: T): T => one(apply('barrier', {}, x)),
    custom_gradient: (params: Params<'custom_gradient'>, inputs: readonly T[]): T[] => apply('custom_gradient', params, ...inputs),
    iota: (dtype: DType, shape: Shape, axis: number): T => one(apply('iota', { dtype, shape, axis })),
    reshape: (x: T, shape: Shape): T => (sameShape(x.shape, shape) ? x : one(apply('reshape', { shape }, x))),
    transpose: (x: T, permutation: readonly number[]): T =>
      permutation.every((axis, index) => axis === index) ? x : one(apply('transpose', { permutation }, x)),
    reverse: (x: T, axes: readonly number[]): T => one(apply('reverse', { axes }, x)),
    slice: (x: T, start: readonly number[], limit: readonly number[], strides: readonly number[] = start.map(() => 1)): T =>
      one(apply('slice', { start, limit, strides }, x)),
    pad: (x: T, fill: T, low: readonly number[], high: readonly number[], interior: readonly number[] = low.map(() => 0)): T =>
      one(apply('pad', { low, high, interior }, x, fill)),
    concatenate: (xs: readonly T[], axis: number): T => one(apply('concatenate', { axis }, ...xs)),
    dynamic_slice: (x: T, starts: readonly T[], sizes: readonly number[]): T => one(apply('dynamic_slice', { sizes }, x, ...starts)),
    dynamic_update_slice: (x: T, update: T, starts: readonly T[]): T => one(apply('dynamic_update_slice', {}, x, update, ...starts)),
    gather: (x: T, indices: T, params: Params<'gather'>): T => one(apply('gather', params, x, indices)),
    scatter: (x: T, indices: T, updates: T, params: Params<'scatter'>): T => one(apply('scatter', params, x, indices, updates)),
    dot_general: (x: T, y: T, params: Params<'dot_general'>): T => one(apply('dot_general', params, x, y)),
    convolution: (x: T, kernel: T, params: Params<'convolution'>): T => one(apply('convolution', params, x, kernel)),
    reduce: (kind: ReduceKind, x: T, axes: readonly number[]): T => one(apply('reduce', { kind, axes }, x)),
    arg_reduce: (kind: 'max' | 'min', x: T, axis: number, dtype: DType = 'int32'): T => one(apply('arg_reduce', { kind, axis, dtype }, x)),
    reduce_window: (x: T, params: Params<'reduce_window'>): T => one(apply('reduce_window', params, x)),
    cumulative: (x: T, params: Params<'cumulative'>): T => one(apply('cumulative', params, x)),
    sort: (operands: readonly T[], axis: number, keys = 1): T[] => apply('sort', { axis, keys }, ...operands),
    top_k: (x: T, k: number): T[] => apply('top_k', { k }, x),
    random_bits: (key: T, shape: Shape): T => one(apply('random_bits', { shape }, key)),
    cond: (index: T, branches: readonly Graph[], operands: readonly T[]): T[] => apply('cond', { branches }, index, ...operands),
    while: (condition: Graph, body: Graph, carry: readonly T[]): T[] => apply('while', { condition, body }, ...carry),
    scan: (params: Params<'scan'>, operands: readonly T[]): T[] => apply('scan', params, ...operands),
  };
}
