// Reductions that leave NaN out.
import type { DType } from '../../ir/dtype.ts';
import { isFloat } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import type { AxisOptions } from './axes.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';
import { floatType, resultType } from './promotion.ts';
import { all, argmax, argmin, max, min, prod, reduceAxes, sum } from './reductions.ts';

const isNan = (x: Tensor): Tensor => (isFloat(x.dtype) ? lax.compare('not_equal', x, x) : lax.full(x.shape, false, 'bool'));
const withoutNan = (x: Tensor, replacement: number): Tensor => (isFloat(x.dtype) ? lax.select(isNan(x), fullAs(x, replacement), x) : x);

type ReductionOp = Op<(x: TensorLike, options?: AxisOptions) => Tensor>;

/** The sum of the elements that are numbers. */
export const nansum: ReductionOp = defineOp(
  'nansum',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => sum(withoutNan(toTensor(x), 0), options),
);
/** The product of the elements that are numbers. */
export const nanprod = defineOp(
  'nanprod',
  ['x'],
  (x: TensorLike, options: AxisOptions & { readonly dtype?: DType | null } = {}): Tensor => prod(withoutNan(toTensor(x), 1), options),
);

/** An extreme of the numbers; NaN where there are none. */
function extreme(kind: 'max' | 'min', x: Tensor, options: AxisOptions): Tensor {
  const choose = kind === 'max' ? max : min;
  if (!isFloat(x.dtype)) return choose(x, options);
  const found = choose(withoutNan(x, kind === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY), options);
  return lax.select(all(isNan(x), options), fullAs(found, Number.NaN), found);
}
/** The largest number. */
export const nanmax: ReductionOp = defineOp(
  'nanmax',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => extreme('max', toTensor(x), options),
);
/** The smallest number. */
export const nanmin: ReductionOp = defineOp(
  'nanmin',
  ['x'],
  (x: TensorLike, options: AxisOptions = {}): Tensor => extreme('min', toTensor(x), options),
);

interface NanArgOptions {
  readonly axis?: number | null;
  readonly keepdims?: boolean;
}

/** The position of an extreme of the numbers, -1 where there are none. */
function argExtreme(kind: 'max' | 'min', x: Tensor, options: NanArgOptions): Tensor {
  const choose = kind === 'max' ? argmax : argmin;
  if (!isFloat(x.dtype)) return choose(x, options);
  const index = choose(withoutNan(x, kind === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY), options);
  return lax.select(all(isNan(x), options), fullAs(index, -1), index);
}
/** The position of the largest number (int32). */
export const nanargmax = defineOp(
  'nanargmax',
  ['x'],
  (x: TensorLike, options: NanArgOptions = {}): Tensor => argExtreme('max', toTensor(x), options),
);
/** The position of the smallest number (int32). */
export const nanargmin = defineOp(
  'nanargmin',
  ['x'],
  (x: TensorLike, options: NanArgOptions = {}): Tensor => argExtreme('min', toTensor(x), options),
);

/** Over no axes each element is its own mean, NaN too. */
export const hasNoAxes = ({ axis }: AxisOptions): boolean => Array.isArray(axis) && axis.length === 0;

/** How many elements are numbers, as a float of the tensor's type. */
const countNumbers = (x: Tensor, options: AxisOptions): Tensor => reduceAxes('sum', lax.cast(lax.not(isNan(x)), x.dtype), options);
const meanOfNumbers = (x: Tensor, options: AxisOptions): Tensor =>
  hasNoAxes(options) ? x : lax.divide(reduceAxes('sum', withoutNan(x, 0), options), countNumbers(x, options));

function varianceOfNumbers(x: Tensor, options: AxisOptions): Tensor {
  const centre = meanOfNumbers(x, { ...options, keepdims: true });
  // Chosen before it is squared, NaN reaches no gradient.
  const distance = withoutNan(lax.subtract(x, lax.broadcastTo(centre, x.shape)), 0);
  const squares = lax.multiply(distance, distance);
  return lax.divide(reduceAxes('sum', lax.select(isNan(x), fullAs(x, 0), squares), options), countNumbers(x, options));
}

/** A statistic in at least float32, rounded to the argument's float type. */
const statistic = (name: string, compute: (x: Tensor, options: AxisOptions) => Tensor): ReductionOp =>
  defineOp(name, ['x'], (x: TensorLike, options: AxisOptions = {}): Tensor => {
    const tensor = toTensor(x);
    return lax.cast(compute(lax.cast(tensor, resultType(tensor.dtype, 'float32')), options), floatType(tensor.dtype));
  });

/** The mean of the numbers. */
export const nanmean = statistic('nanmean', meanOfNumbers);
/** The variance of the numbers. */
export const nanvar = statistic('nanvar', varianceOfNumbers);
/** The standard deviation of the numbers. */
export const nanstd = statistic('nanstd', (x, options) => lax.sqrt(varianceOfNumbers(x, options)));
