// The primitives as functions on tensors, one line each: the vocabulary that `ops.*` is written in.
import { allocate, type DType, is64BitInteger } from '../ir/dtype.ts';
import { encodeFloat } from '../ir/float16.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import {
  BINARY,
  type BinaryName,
  type CompareDirection,
  type PrimitiveParams,
  type ReduceKind,
  UNARY,
  type UnaryName,
} from '../ir/primitives/params.ts';
import { type Shape, sameShape } from '../ir/shape.ts';
import { apply, type Tensor } from './tensor.ts';

type Params<P extends keyof PrimitiveParams> = PrimitiveParams[P];
const one = (tensors: Tensor[]): Tensor => tensors[0] as Tensor;

type Unary = { readonly [P in UnaryName]: (x: Tensor) => Tensor };
type Binary = { readonly [P in BinaryName]: (x: Tensor, y: Tensor) => Tensor };
const unary = Object.fromEntries(UNARY.map((op) => [op, (x: Tensor) => one(apply(op, {}, x))])) as Unary;
const binary = Object.fromEntries(BINARY.map((op) => [op, (x: Tensor, y: Tensor) => one(apply(op, {}, x, y))])) as Binary;

/** A scalar constant of the graph. */
function scalar(value: number | bigint | boolean, dtype: DType): Tensor {
  const data = allocate(dtype, 1);
  if (is64BitInteger(dtype)) (data as BigInt64Array)[0] = typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)));
  else if (dtype === 'float16' || dtype === 'bfloat16') (data as Uint16Array)[0] = encodeFloat(dtype, Number(value));
  else (data as Float64Array)[0] = Number(value);
  return constant(ndarray(dtype, [], data));
}

const constant = (value: NDArray): Tensor => one(apply('constant', { value }));
const broadcast = (x: Tensor, shape: Shape, axes: readonly number[]): Tensor => one(apply('broadcast', { shape, axes }, x));

/** A constant scalar, repeated. */
const full = (shape: Shape, value: number | bigint | boolean, dtype: DType): Tensor => broadcast(scalar(value, dtype), shape, []);

/** NumPy's broadcast of a tensor to a shape of at least its rank. */
function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const first = shape.length - x.rank;
  return broadcast(
    x,
    shape,
    x.shape.map((_, axis) => first + axis),
  );
}

export const lax = {
  ...unary,
  ...binary,
  scalar,
  constant,
  full,
  broadcast,
  broadcastTo,
  compare: (direction: CompareDirection, x: Tensor, y: Tensor): Tensor => one(apply('compare', { direction }, x, y)),
  select: (condition: Tensor, onTrue: Tensor, onFalse: Tensor): Tensor => one(apply('select', {}, condition, onTrue, onFalse)),
  is_finite: (x: Tensor): Tensor => one(apply('is_finite', {}, x)),
  cast: (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : one(apply('cast', { dtype }, x))),
  bitcast: (x: Tensor, dtype: DType): Tensor => one(apply('bitcast', { dtype }, x)),
  stop_gradient: (x: Tensor): Tensor => one(apply('stop_gradient', {}, x)),
  iota: (dtype: DType, shape: Shape, axis: number): Tensor => one(apply('iota', { dtype, shape, axis })),
  reshape: (x: Tensor, shape: Shape): Tensor => (sameShape(x.shape, shape) ? x : one(apply('reshape', { shape }, x))),
  transpose: (x: Tensor, permutation: readonly number[]): Tensor =>
    permutation.every((axis, index) => axis === index) ? x : one(apply('transpose', { permutation }, x)),
  reverse: (x: Tensor, axes: readonly number[]): Tensor => one(apply('reverse', { axes }, x)),
  slice: (x: Tensor, start: readonly number[], limit: readonly number[], strides: readonly number[] = start.map(() => 1)): Tensor =>
    one(apply('slice', { start, limit, strides }, x)),
  pad: (x: Tensor, fill: Tensor, low: readonly number[], high: readonly number[], interior: readonly number[] = low.map(() => 0)): Tensor =>
    one(apply('pad', { low, high, interior }, x, fill)),
  concatenate: (xs: readonly Tensor[], axis: number): Tensor => one(apply('concatenate', { axis }, ...xs)),
  dynamic_slice: (x: Tensor, starts: readonly Tensor[], sizes: readonly number[]): Tensor =>
    one(apply('dynamic_slice', { sizes }, x, ...starts)),
  dynamic_update_slice: (x: Tensor, update: Tensor, starts: readonly Tensor[]): Tensor =>
    one(apply('dynamic_update_slice', {}, x, update, ...starts)),
  gather: (x: Tensor, indices: Tensor, params: Params<'gather'>): Tensor => one(apply('gather', params, x, indices)),
  scatter: (x: Tensor, indices: Tensor, updates: Tensor, params: Params<'scatter'>): Tensor =>
    one(apply('scatter', params, x, indices, updates)),
  dot_general: (x: Tensor, y: Tensor, params: Params<'dot_general'>): Tensor => one(apply('dot_general', params, x, y)),
  convolution: (x: Tensor, kernel: Tensor, params: Params<'convolution'>): Tensor => one(apply('convolution', params, x, kernel)),
  reduce: (kind: ReduceKind, x: Tensor, axes: readonly number[]): Tensor => one(apply('reduce', { kind, axes }, x)),
  arg_reduce: (kind: 'max' | 'min', x: Tensor, axis: number, dtype: DType = 'int32'): Tensor =>
    one(apply('arg_reduce', { kind, axis, dtype }, x)),
  reduce_window: (x: Tensor, params: Params<'reduce_window'>): Tensor => one(apply('reduce_window', params, x)),
  cumulative: (x: Tensor, params: Params<'cumulative'>): Tensor => one(apply('cumulative', params, x)),
  sort: (operands: readonly Tensor[], axis: number, keys = 1): Tensor[] => apply('sort', { axis, keys }, ...operands),
  top_k: (x: Tensor, k: number): Tensor[] => apply('top_k', { k }, x),
  random_bits: (key: Tensor, shape: Shape): Tensor => one(apply('random_bits', { shape }, key)),
  cond: (index: Tensor, branches: readonly Graph[], operands: readonly Tensor[]): Tensor[] =>
    apply('cond', { branches }, index, ...operands),
  while: (condition: Graph, body: Graph, carry: readonly Tensor[]): Tensor[] => apply('while', { condition, body }, ...carry),
  scan: (params: Params<'scan'>, operands: readonly Tensor[]): Tensor[] => apply('scan', params, ...operands),
};
