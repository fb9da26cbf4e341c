// Ops about what a tensor is: its dtype, shape and value.
import { quote, ValueError } from '../../errors/index.ts';
import { bytesPerElement, type DType, isDType, isFloat } from '../../ir/dtype.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { lax } from '../../trace/lax.ts';
import { Tensor } from '../../trace/tensor.ts';
import { isKerasTensor, type KerasShape, type KerasTensor, numericDType } from '../engine/keras-tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type TensorLike, toTensor } from './convert.ts';

/** A dtype by name: refuses unknown names. */
export function standardizeDType(dtype: string): DType {
  // Python's type names, which Keras takes too.
  if (dtype === 'int') return 'int64';
  if (dtype === 'float') return 'float32';
  if (!isDType(dtype)) throw new ValueError(`Invalid dtype: ${quote(dtype)}`, { code: 'dtype' });
  return dtype;
}

/** The tensor with another dtype; floats to integers truncate. */
export const cast = defineOp(
  'cast',
  ['x', 'dtype'],
  (x: TensorLike, dtype: DType): Tensor => lax.cast(toTensor(x), standardizeDType(dtype)),
);

/** `value` as a tensor. */
export const convertToTensor = defineOp(
  'convert_to_tensor',
  ['x'],
  (x: TensorLike, { dtype = null }: { readonly dtype?: DType | null } = {}): Tensor =>
    dtype === null ? toTensor(x) : toTensor(x, standardizeDType(dtype)),
);
/** `value` as a tensor; the same as `convertToTensor`. */
export const array = defineOp(
  'array',
  ['x'],
  (x: TensorLike, { dtype = null }: { readonly dtype?: DType | null } = {}): Tensor =>
    dtype === null ? toTensor(x) : toTensor(x, standardizeDType(dtype)),
);

const LARGEST_FLOAT: Partial<Record<DType, number>> = { float16: 65504, bfloat16: 3.3895313892515355e38, float32: 3.4028234663852886e38 };

/** The smallest and largest value of a dtype that a float64 can say. */
function rangeOf(dtype: DType): readonly [number, number] {
  if (dtype === 'bool') return [0, 1];
  if (isFloat(dtype)) {
    const largest = LARGEST_FLOAT[dtype] ?? Number.MAX_VALUE;
    return [-largest, largest];
  }
  const bits = 8 * bytesPerElement(dtype);
  return dtype.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

/** As `cast`, but values outside the range of the dtype become its nearest value. */
export const saturateCast = defineOp('saturate_cast', ['x', 'dtype'], (x: TensorLike, dtype: DType): Tensor => {
  const tensor = toTensor(x);
  const [low, high] = rangeOf(standardizeDType(dtype));
  const [ownLow, ownHigh] = rangeOf(tensor.dtype);
  const bounded = (limit: number): Tensor => lax.full(tensor.shape, limit, tensor.dtype);
  const raised = low > ownLow ? lax.maximum(tensor, bounded(low)) : tensor;
  return lax.cast(high < ownHigh ? lax.minimum(raised, bounded(high)) : raised, dtype);
});

/** The dimensions; unknown ones of a symbolic tensor are null. */
export function shape(x: TensorLike | KerasTensor): KerasShape {
  return isKerasTensor(x) ? x.shape : toTensor(x).shape;
}
/** The number of dimensions. */
export const ndim = (x: TensorLike | KerasTensor): number => shape(x).length;
/** The number of elements; null if a dimension is unknown. */
export const size = (x: TensorLike | KerasTensor): number | null =>
  shape(x).reduce<number | null>((count, dim) => (count === null || dim === null ? null : count * dim), 1);
/** The dtype's name. */
export const dtype = (x: TensorLike | KerasTensor): DType => (isKerasTensor(x) ? numericDType(x) : toTensor(x).dtype);
/** Whether the value is a tensor, concrete or symbolic. */
export const isTensor = (x: unknown): boolean => x instanceof Tensor || isKerasTensor(x);
/** The value on the host: dtype, shape and a typed array. */
export const convertToNumpy = (x: TensorLike): NDArray => toTensor(x).value;
