// The numbers in tensors of any dtype, read by tests.
import type { DType } from '../../compiler/ir/dtype.ts';
import { decodeFloat } from '../../compiler/ir/float16.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { Tensor } from '../../compiler/trace/tensor.ts';
import { Variable } from '../../compiler/trace/variable.ts';

type TensorValue = Tensor | Variable | NDArray;

export const isTensorValue = (value: unknown): value is TensorValue =>
  value instanceof Tensor ||
  value instanceof Variable ||
  (typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && 'data' in value);

export function typeOf({ dtype, shape }: TensorValue): { readonly dtype: DType; readonly shape: readonly number[] } {
  return { dtype, shape };
}

/** The elements in row-major order; half precision as numbers. */
export function hostValues(value: TensorValue): ArrayLike<number | bigint> {
  const { dtype, data } = value instanceof Tensor || value instanceof Variable ? value.value : value;
  if (dtype !== 'float16' && dtype !== 'bfloat16') return data as ArrayLike<number | bigint>;
  return Array.from(data as ArrayLike<number>, (bits) => decodeFloat(dtype, bits));
}

/** `[1, 0, 3]` for the place of an element in a tensor of this shape. */
export function flatIndexToText(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (const dim of [...shape].reverse()) {
    place.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return `[${place.join(', ')}]`;
}
