// Elements as numbers: 16-bit floats are decoded before and encoded after a computation, all else is used as it lies.
import { allocate, type DataArray, type DType } from '../dtype.ts';
import { decodeFloat, encodeFloat, type Float16Type } from '../float16.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { elementCount } from '../shape.ts';

/** An array of JavaScript numbers, which is every data array but the 64-bit integers'. */
export type NumberArray = Exclude<DataArray, BigInt64Array | BigUint64Array>;
export type WideArray = BigInt64Array | BigUint64Array;

export const isFloat16 = (dtype: DType): dtype is Float16Type => dtype === 'float16' || dtype === 'bfloat16';

/** The elements to compute with; a view where that is possible. */
export function readElements(x: NDArray): DataArray {
  const { dtype, data } = x;
  if (!isFloat16(dtype)) return data;
  return Float32Array.from(data as Uint16Array, (bits) => decodeFloat(dtype, bits));
}

/** A zeroed array to compute a result of `type` in. Storing into it rounds or wraps as the dtype does. */
export function resultArray(type: TensorType): DataArray {
  const count = elementCount(type.shape);
  return isFloat16(type.dtype) ? new Float64Array(count) : allocate(type.dtype, count);
}

/** A finished result: numbers of any array type become elements of `type`. */
export function toNDArray(type: TensorType, elements: DataArray): NDArray {
  const { dtype, shape } = type;
  if (isFloat16(dtype)) return { dtype, shape, data: Uint16Array.from(elements as NumberArray, (x) => encodeFloat(dtype, x)) };
  const data = allocate(dtype, 0);
  if (elements.constructor === data.constructor) return { dtype, shape, data: elements };
  const converted = allocate(dtype, elements.length);
  converted.set(elements as never);
  return { dtype, shape, data: converted };
}

/** Floats as doubles in an array of their own, for accumulation; other dtypes as a copy. */
export function accumulators(x: NDArray): DataArray {
  const elements = readElements(x);
  return elements instanceof Float32Array ? Float64Array.from(elements) : elements.slice();
}

/** A zeroed array in which sums of `type` are formed: doubles for floats, the dtype's own array for integers. */
export function accumulatorArray(type: TensorType): DataArray {
  const count = elementCount(type.shape);
  return type.dtype.includes('float') ? new Float64Array(count) : allocate(type.dtype, count);
}
