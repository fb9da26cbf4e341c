// Arrays of strings and of numbers, as layers that run on the host take and give them.

export interface StringArray {
  readonly dtype: 'string';
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: readonly string[];
}

export interface NumberArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

export type HostArray = StringArray | NumberArray;

export const isStringArray = (array: HostArray): array is StringArray => array.dtype === 'string';

/** The strings of an array; whole numbers as decimals, as TensorFlow writes them. */
export function asStrings(array: HostArray): readonly string[] {
  if (isStringArray(array)) return array.data;
  return Array.from(array.data as ArrayLike<number | bigint>, (value) =>
    (typeof value === 'bigint' ? value : BigInt(Math.trunc(value))).toString(),
  );
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, int64: BigInt64Array } as const;

/** Numbers in an array of one of the dtypes that preprocessing gives. */
export function numberArray(dtype: string, shape: readonly number[], values: readonly number[]): NumberArray {
  if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(values, BigInt) };
  const type = ARRAYS[dtype as 'float32'];
  if (!type) throw new TypeError(`Preprocessing gives float32, float64, int32 or int64. Received: dtype=${dtype}`);
  return { dtype, shape, data: type.from(values) };
}
