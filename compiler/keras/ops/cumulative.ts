// Running sums, products and differences along an axis.
import type { DType } from '../../ir/dtype.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';
import { sliceAxis } from './joining.ts';

export interface CumulativeOptions {
  /** The axis; the flattened tensor by default. */
  readonly axis?: number | null;
  readonly dtype?: DType | null;
}

const cumulativeOp = (
  name: string,
  kind: 'sum' | 'product',
  prepare: (x: Tensor) => Tensor = (x) => x,
): Op<(x: TensorLike, options?: CumulativeOptions) => Tensor> =>
  defineOp(name, ['x'], (x: TensorLike, { axis = null, dtype = null }: CumulativeOptions = {}) => {
    const given = prepare(toTensor(x));
    const number = lax.cast(given, dtype ?? (given.dtype === 'bool' ? 'int32' : given.dtype));
    const tensor = axis === null ? lax.reshape(number, [number.size]) : number;
    return lax.cumulative(tensor, { kind, axis: normalizeAxis(axis ?? 0, tensor.rank), reverse: false });
  });

const withoutNan =
  (replacement: number) =>
  (x: Tensor): Tensor =>
    lax.select(lax.compare('not_equal', x, x), fullAs(x, replacement), x);

/** The running sum. */
export const cumsum = cumulativeOp('cumsum', 'sum');
/** The running product. */
export const cumprod = cumulativeOp('cumprod', 'product');
/** The running sum in which NaN counts as 0. */
export const nancumsum = cumulativeOp('nancumsum', 'sum', withoutNan(0));
/** The running product in which NaN counts as 1. */
export const nancumprod = cumulativeOp('nancumprod', 'product', withoutNan(1));

/** Differences of neighbours along an axis, `n` times. */
export const diff = defineOp(
  'diff',
  ['a'],
  (a: TensorLike, { n = 1, axis = -1 }: { readonly n?: number; readonly axis?: number } = {}): Tensor => {
    let tensor = toTensor(a);
    const at = normalizeAxis(axis, tensor.rank);
    for (let round = 0; round < n; round++) {
      const size = tensor.shape[at] as number;
      const [later, earlier] = [sliceAxis(tensor, at, 1, size), sliceAxis(tensor, at, 0, size - 1)];
      tensor = tensor.dtype === 'bool' ? lax.xor(later, earlier) : lax.subtract(later, earlier);
    }
    return tensor;
  },
);
