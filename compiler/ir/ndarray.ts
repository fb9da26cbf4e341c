// A tensor's value on the host: element type, shape, and row-major data.
import { type DataArray, type DType, allocate } from './dtype.ts';
import { type Shape, elementCount } from './shape.ts';

export interface NDArray {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major; float16 and bfloat16 as bits, 64-bit integers as BigInt. */
  readonly data: DataArray;
}

export function ndarray(dtype: DType, shape: Shape, data?: DataArray): NDArray {
  return { dtype, shape, data: data ?? allocate(dtype, elementCount(shape)) };
}
