// Number theory on integer tensors, and counting.
import { ValueError } from '../../errors/index.ts';
import { isInteger, isSigned } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { whileLoop } from './control-flow.ts';
import { fullAs, promotePair, type TensorLike, toTensor } from './convert.ts';
import { resultType } from './promotion.ts';
import { reduceAxes } from './reductions.ts';

const isZero = (x: Tensor): Tensor => lax.compare('equal', x, fullAs(x, 0));

/** Euclid: (a, b) -> (b, a mod b) until b is 0 everywhere. */
function greatestDivisor(x1: Tensor, x2: Tensor): Tensor {
  if (!isInteger(x1.dtype)) throw new TypeError('Arguments to gcd must be integers.');
  const size = (x: Tensor): Tensor => (isSigned(x.dtype) ? lax.abs(x) : x);
  const [result] = whileLoop(
    (_a, b) => lax.not(reduceAxes('and', isZero(b as Tensor), {})),
    (a, b) => {
      const [left, right] = [a as Tensor, b as Tensor];
      const done = isZero(right);
      const remainder = lax.remainder(left, lax.select(done, fullAs(right, 1), right));
      return [lax.select(done, left, right), lax.select(done, fullAs(right, 0), remainder)];
    },
    [size(x1), size(x2)],
  ) as readonly Tensor[];
  return result as Tensor;
}

/** The greatest common divisor. */
export const gcd = defineOp('gcd', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => greatestDivisor(...promotePair(x1, x2)));
/** The least common multiple. */
export const lcm = defineOp('lcm', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [a, b] = promotePair(x1, x2);
  const divisor = greatestDivisor(a, b);
  const none = isZero(divisor);
  const product = lax.multiply(a, lax.divide(b, lax.select(none, fullAs(b, 1), divisor)));
  const size = isSigned(product.dtype) ? lax.abs(product) : product;
  return lax.select(none, fullAs(size, 0), size);
});

export interface BincountOptions {
  /** What each occurrence counts; 1 by default. */
  readonly weights?: TensorLike | null;
  /** The least length of the result. */
  readonly minlength?: number;
  /** Sparse results do not exist here. */
  readonly sparse?: boolean;
}

/** How often each number from 0 on occurs along the last axis. The length of the result depends on the values. */
export const bincount = defineOp('bincount', ['x'], (x: TensorLike, { weights = null, minlength = 0 }: BincountOptions = {}): Tensor => {
  const given = toTensor(x);
  const values = lax.cast(given, 'int32');
  const largest = (values.data as Int32Array).reduce((most, value) => Math.max(most, value), -1);
  const bins = Math.max(minlength, largest + 1);
  const shape = [...values.shape, bins];
  const matches = lax.compare(
    'equal',
    lax.broadcast(
      values,
      shape,
      values.shape.map((_, axis) => axis),
    ),
    lax.iota('int32', shape, values.rank),
  );
  if (weights === null) return reduceAxes('sum', lax.cast(matches, 'int32'), { axis: values.rank - 1 });
  const factor = toTensor(weights);
  const dtype = resultType(given.dtype, factor.dtype);
  const wide = lax.broadcast(
    lax.cast(factor, dtype),
    shape,
    values.shape.map((_, axis) => axis),
  );
  return reduceAxes('sum', lax.select(matches, wide, fullAs(wide, 0)), { axis: values.rank - 1 });
});

export interface HistogramOptions {
  /** How many bins of equal width. Default 10. */
  readonly bins?: number;
  /** The lowest and highest edge: those of the values by default. */
  readonly range?: readonly [number, number] | null;
}

/** Counts per bin (float32, as in Keras) and the edges of the bins, as `[counts, edges]`; values outside the range do not count. */
export const histogram = defineOp('histogram', ['x'], (x: TensorLike, { bins = 10, range = null }: HistogramOptions = {}): Tensor[] => {
  const given = toTensor(x);
  if (!Number.isInteger(bins) || bins <= 0)
    throw new ValueError(`Argument \`bins\` should be a non-negative integer. Received: bins=${bins}`, { code: 'arguments' });
  const values = lax.reshape(lax.cast(given, 'float32'), [given.size]);
  const [low, high] = range
    ? range.map((edge) => lax.scalar(edge, 'float32'))
    : [reduceAxes('min', values, {}), reduceAxes('max', values, {})];
  const width = lax.divide(lax.subtract(high as Tensor, low as Tensor), lax.scalar(bins, 'float32'));
  const index = lax.iota('float32', [bins + 1], 0);
  const repeated = (value: Tensor): Tensor => lax.broadcastTo(value, [bins + 1]);
  const spread = lax.add(repeated(low as Tensor), lax.multiply(index, repeated(width)));
  // The last edge is the highest value itself, not a rounded sum.
  const edges = lax.select(lax.compare('equal', index, fullAs(index, bins)), repeated(high as Tensor), spread);
  const shape = [values.size, bins];
  const column = (from: number): Tensor => lax.broadcast(lax.slice(edges, [from], [from + bins]), shape, [1]);
  const rows = lax.broadcast(values, shape, [0]);
  const isLast = lax.compare('equal', lax.iota('int32', shape, 1), lax.full(shape, bins - 1, 'int32'));
  const below = lax.compare('less', rows, column(1));
  // The last bin holds its upper edge too.
  const inside = lax.or(below, lax.and(isLast, lax.compare('equal', rows, column(1))));
  const counts = reduceAxes('sum', lax.cast(lax.and(lax.compare('greater_equal', rows, column(0)), inside), 'float32'), { axis: 0 });
  return [counts, edges];
});
