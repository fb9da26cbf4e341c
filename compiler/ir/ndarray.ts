// A tensor's value on the host: element type, shape, and row-major data.
import { allocate, type DataArray, type DType } from './dtype.ts';
import { elementCount, type Shape } from './shape.ts';

export interface NDArray {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major; float16 and bfloat16 as bits, 64-bit integers as BigInt. */
  readonly data: DataArray;
}

export function ndarray(dtype: DType, shape: Shape, data?: DataArray): NDArray {
  return { dtype, shape, data: data ?? allocate(dtype, elementCount(shape)) };
}
