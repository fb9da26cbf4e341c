// What may be given where a tensor is expected, and its conversion.
import { UnsupportedError, ValueError } from '../../errors/index.ts';
import { allocate, type DataArray, type DType, is64BitInteger } from '../../ir/dtype.ts';
import { encodeFloat } from '../../ir/float16.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { lax } from '../../trace/lax.ts';
import { Tensor, tensorOf } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { isKerasTensor } from './keras-tensor.ts';
import { StringTensor } from './string-tensor.ts';

export type NestedNumbers = readonly (number | bigint | boolean | NestedNumbers)[];
export type TensorLike = Tensor | Variable | NDArray | number | bigint | boolean | DataArray | Uint8ClampedArray | NestedNumbers;

/** Tensors, variables and host arrays know their dtype; numbers and arrays of numbers do not. */
export function hasDType(value: TensorLike): value is Tensor | Variable | NDArray {
  return value instanceof Tensor || value instanceof Variable || isNDArray(value);
}

/**
 * A tensor of the value, cast to `dtype` where given. Without a dtype, numbers become float32, bigints int64, booleans
 * bool, and typed arrays (of one dimension) keep their type.
 */
export function toTensor(value: TensorLike, dtype?: DType): Tensor {
  if (value instanceof Tensor) return dtype ? lax.cast(value, dtype) : value;
  if (value instanceof Variable) return toTensor(value.read(), dtype);
  if (isKerasTensor(value)) return refuseSymbolic();
  if ((value as unknown) instanceof StringTensor) return refuseStrings();
  if (isNDArray(value)) return toTensor(tensorOf(value.dtype, value.shape, value.data), dtype);
  if (ArrayBuffer.isView(value)) return toTensor(fromTypedArray(value as DataArray | Uint8ClampedArray), dtype);
  return fromNumbers(value as number | bigint | boolean | NestedNumbers, dtype);
}

function refuseSymbolic(): never {
  throw new ValueError(
    "A KerasTensor is symbolic: it's a placeholder for a shape an a dtype. It doesn't have any actual numerical value. You cannot convert it to a NumPy array.",
    { code: 'symbolic-value', cure: 'Use it in ops.* and layers, make a Model of the result, and call that on data.' },
  );
}

function refuseStrings(): never {
  throw new UnsupportedError('Numbers were expected; received a tensor of strings.', {
    code: 'string-tensor',
    cure: 'Strings may only go into StringLookup, TextVectorization, Hashing and HashedCrossing.',
  });
}

function isNDArray(value: unknown): value is NDArray {
  return (
    typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && 'data' in value && !(value instanceof Tensor)
  );
}

const TYPED_ARRAYS: readonly (readonly [{ new (length: number): object }, DType])[] = [
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int8Array, 'int8'],
  [Int16Array, 'int16'],
  [Int32Array, 'int32'],
  [BigInt64Array, 'int64'],
  [Uint8Array, 'uint8'],
  [Uint16Array, 'uint16'],
  [Uint32Array, 'uint32'],
  [BigUint64Array, 'uint64'],
];

function fromTypedArray(data: DataArray | Uint8ClampedArray): Tensor {
  if (data instanceof Uint8ClampedArray) {
    return tensorOf('uint8', [data.length], new Uint8Array(data.buffer, data.byteOffset, data.length));
  }
  const found = TYPED_ARRAYS.find(([constructor]) => data instanceof constructor);
  if (!found) throw new ValueError(`Cannot make a tensor of a ${data.constructor.name}.`, { code: 'tensor-like' });
  return tensorOf(found[1], [data.length], data);
}

function fromNumbers(value: number | bigint | boolean | NestedNumbers, dtype?: DType): Tensor {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0] as unknown) shape.push(level.length);
  const flat: (number | bigint | boolean)[] = [];
  collect(value, shape, 0, flat);
  const type = dtype ?? (typeof flat[0] === 'bigint' ? 'int64' : typeof flat[0] === 'boolean' ? 'bool' : 'float32');
  const data = allocate(type, flat.length);
  const set = encoder(type);
  flat.forEach((item, index) => {
    data[index] = set(item) as never;
  });
  return tensorOf(type, shape, data);
}

function encoder(dtype: DType): (value: number | bigint | boolean) => number | bigint {
  if (is64BitInteger(dtype)) return (value) => (typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value))));
  if (dtype === 'bool') return (value) => (value ? 1 : 0);
  if (dtype === 'float16' || dtype === 'bfloat16') return (value) => encodeFloat(dtype, Number(value));
  return Number;
}

function collect(value: unknown, shape: readonly number[], axis: number, into: (number | bigint | boolean)[]): void {
  if (axis < shape.length) {
    if (!Array.isArray(value) || value.length !== shape[axis]) {
      throw new ValueError('A nested array must be rectangular to become a tensor: its rows differ in length or depth.', {
        code: 'ragged',
      });
    }
    for (const item of value) collect(item, shape, axis + 1, into);
  } else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    into.push(value);
  } else {
    throw new ValueError(
      `Cannot make a tensor of a value of type ${Array.isArray(value) ? 'array (rows differ in depth)' : typeof value}.`,
      {
        code: 'tensor-like',
        ...(typeof value === 'string' && {
          cure: 'StringLookup and TextVectorization make numbers of strings. To train a model of them: model.splitHostPart().',
        }),
      },
    );
  }
}
