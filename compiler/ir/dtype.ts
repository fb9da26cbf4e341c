// The element types of tensors, their sizes, and the typed arrays that hold them on the host.

export const DTYPES = [
  'bool',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'int8',
  'int16',
  'int32',
  'int64',
  'float16',
  'bfloat16',
  'float32',
  'float64',
] as const;

export type DType = (typeof DTYPES)[number];

/** float16 and bfloat16 are kept as their 16 bits, bool as 0 or 1, 64-bit integers as BigInt arrays. */
export type DataArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

type DataArrayConstructor = {
  new (length: number): DataArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): DataArray;
  readonly BYTES_PER_ELEMENT: number;
};

const ARRAYS: Record<DType, DataArrayConstructor> = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
};

export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && (DTYPES as readonly string[]).includes(name);
}

export const isFloat = (dtype: DType): boolean => dtype.includes('float');
export const isSigned = (dtype: DType): boolean => dtype.startsWith('int') || isFloat(dtype);
export const isInteger = (dtype: DType): boolean => dtype.startsWith('int') || dtype.startsWith('uint');
export const is64BitInteger = (dtype: DType): boolean => dtype === 'int64' || dtype === 'uint64';
export const bytesPerElement = (dtype: DType): number => ARRAYS[dtype].BYTES_PER_ELEMENT;

/** A zeroed array for `elements` values of `dtype`. */
export function allocate(dtype: DType, elements: number): DataArray {
  return new ARRAYS[dtype](elements);
}

/** A view of `buffer` as `dtype`; the caller keeps owning the memory. */
export function viewAs(dtype: DType, buffer: ArrayBufferLike, byteOffset: number, elements: number): DataArray {
  return new ARRAYS[dtype](buffer, byteOffset, elements);
}
