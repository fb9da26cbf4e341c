// Reductions over axes: sums, extremes, logic. `axis` none reduces everything; `keepdims` keeps size-1 axes.
import type { DType } from '../../ir/dtype.ts';
import type { ReduceKind } from '../../ir/primitives/params.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import { type Axis, type AxisOptions, axesOf, axisList, keptShape } from './axes.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';
import { resultType } from './promotion.ts';

type ReductionOp = Op<(x: TensorLike, options?: AxisOptions) => Tensor>;

/** Reduces a tensor as it is. */
export function reduceAxes(kind: ReduceKind, x: Tensor, { axis = null, keepdims = false }: AxisOptions): Tensor {
  const axes = axesOf(axis, x.rank);
  const reduced = axes.length === 0 ? x : lax.reduce(kind, x, axes);
  return keepdims ? lax.reshape(reduced, keptShape(x.shape, axes)) : reduced;
}

/** Small integers are summed in 32 bits. */
function sumDType(dtype: DType): DType {
  if (dtype === 'bool' || dtype === 'int8' || dtype === 'int16') return 'int32';
  return dtype === 'uint8' || dtype === 'uint16' ? 'uint32' : dtype;
}

const reduction = (name: string, compute: (x: Tensor, options: AxisOptions) => Tensor): ReductionOp =>
  defineOp(name, ['x'], (x: TensorLike, options: AxisOptions = {}) => compute(toTensor(x), options));

/** The sum. */
export const sum = reduction('sum', (x, options) => reduceAxes('sum', lax.cast(x, sumDType(x.dtype)), options));

export interface ProductOptions extends AxisOptions {
  readonly dtype?: DType | null;
}

/** The product. */
export const prod = defineOp('prod', ['x'], (x: TensorLike, { dtype = null, ...options }: ProductOptions = {}): Tensor => {
  const tensor = toTensor(x);
  return reduceAxes('product', lax.cast(tensor, dtype ?? sumDType(tensor.dtype)), options);
});

export interface ExtremeOptions extends AxisOptions {
  /** A value that takes part as if it were an element. */
  readonly initial?: number | null;
}

/** Extremes of booleans are the logical or and and. */
function extreme(kind: 'max' | 'min', x: Tensor, options: AxisOptions): Tensor {
  if (x.dtype === 'bool') return reduceAxes(kind === 'max' ? 'or' : 'and', x, options);
  return reduceAxes(kind, x, options);
}

/** The largest element. */
export const max = defineOp('max', ['x'], (x: TensorLike, { initial = null, ...options }: ExtremeOptions = {}): Tensor => {
  const largest = extreme('max', toTensor(x), options);
  return initial === null ? largest : lax.maximum(largest, fullAs(largest, initial));
});
/** The smallest element. */
export const min = defineOp('min', ['x'], (x: TensorLike, { initial = null, ...options }: ExtremeOptions = {}): Tensor => {
  const smallest = extreme('min', toTensor(x), options);
  return initial === null ? smallest : lax.minimum(smallest, fullAs(smallest, initial));
});
/** The largest element; the same as `max`. */
export const amax = reduction('amax', (x, options) => extreme('max', x, options));
/** The smallest element; the same as `min`. */
export const amin = reduction('amin', (x, options) => extreme('min', x, options));
/** The largest element minus the smallest. */
export const ptp = reduction('ptp', (x, options) => lax.subtract(extreme('max', x, options), extreme('min', x, options)));

/** Whether all elements are nonzero. */
export const all = reduction('all', (x, options) => reduceAxes('and', lax.cast(x, 'bool'), options));
/** Whether an element is nonzero. */
export const any = reduction('any', (x, options) => reduceAxes('or', lax.cast(x, 'bool'), options));
/** How many elements are nonzero (int32). */
export const countNonzero = defineOp(
  'count_nonzero',
  ['x'],
  (x: TensorLike, { axis = null }: { readonly axis?: Axis } = {}): Tensor =>
    reduceAxes('sum', lax.cast(toTensor(x, 'bool'), 'int32'), { axis }),
);

export interface ArgOptions {
  /** The axis along which to look; none looks in the flattened tensor. */
  readonly axis?: number | null;
  readonly keepdims?: boolean;
}

function argExtreme(kind: 'max' | 'min', x: Tensor, { axis = null, keepdims = false }: ArgOptions): Tensor {
  const number = x.dtype === 'bool' ? lax.cast(x, 'uint8') : x;
  const whole = axis === null;
  const flat = whole ? lax.reshape(number, [x.size]) : number;
  const [at] = axisList(axis ?? 0, flat.rank) as [number];
  const index = lax.arg_reduce(kind, flat, at);
  return keepdims ? lax.reshape(index, whole ? x.shape.map(() => 1) : keptShape(x.shape, [at])) : index;
}

/** The position of the largest element (int32), the first of equals. */
export const argmax = defineOp(
  'argmax',
  ['x'],
  (x: TensorLike, options: ArgOptions = {}): Tensor => argExtreme('max', toTensor(x), options),
);
/** The position of the smallest element (int32), the first of equals. */
export const argmin = defineOp(
  'argmin',
  ['x'],
  (x: TensorLike, options: ArgOptions = {}): Tensor => argExtreme('min', toTensor(x), options),
);

/** `log(sum(exp(x)))` without overflow. */
export const logsumexp = reduction('logsumexp', (x, options) => stableLogSumExp(lax.cast(x, resultType(x.dtype, 'float32')), options));

/** log(sum(exp(x))) = m + log(sum(exp(x - m))) with m the largest element, or 0 where that is infinite. */
function stableLogSumExp(x: Tensor, options: AxisOptions): Tensor {
  const largest = reduceAxes('max', x, { ...options, keepdims: true });
  const shift = lax.stop_gradient(lax.select(lax.is_finite(largest), largest, fullAs(largest, 0)));
  const total = reduceAxes('sum', lax.exp(lax.subtract(x, lax.broadcastTo(shift, x.shape))), options);
  return lax.add(lax.log(total), lax.reshape(shift, total.shape));
}
