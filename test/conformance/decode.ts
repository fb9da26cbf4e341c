// From the JSON of a case to what the API takes: tensors, slices, numbers that JSON cannot say, functions.
import { ops } from '../../compiler/index.ts';
import { allocate, type DType, is64BitInteger, isDType } from '../../compiler/ir/dtype.ts';
import { encodeFloat } from '../../compiler/ir/float16.ts';
import { StringTensor } from '../../compiler/keras/engine/string-tensor.ts';
import { type Tensor, tensorOf } from '../../compiler/trace/tensor.ts';
import { type Json, type JsonObject, Skip } from './case.ts';
import { functionFor } from './functions.ts';
import { elementsOf, type StoredTensor } from './read-safetensors.ts';

/** A Python slice; `null` where it leaves something out. */
export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}

export type Decode = (value: Json) => unknown;

/** Decodes values whose tensors are among `tensors`. */
export function createDecode(tensors: ReadonlyMap<string, StoredTensor>): Decode {
  const decode: Decode = (value) => {
    if (Array.isArray(value)) return value.map(decode);
    if (typeof value === 'string' && /^(float8|complex)/.test(value)) throw new Skip(`dtype ${value}`);
    if (typeof value !== 'object' || value === null) return value;
    const object = value as JsonObject;
    return isSpecial(object)
      ? decodeSpecial(object, tensors)
      : Object.fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item)]));
  };
  return decode;
}

const isSpecial = (value: JsonObject): boolean => Object.keys(value).some((key) => key.startsWith('$'));

function decodeSpecial(value: JsonObject, tensors: ReadonlyMap<string, StoredTensor>): unknown {
  if (typeof value['$tensor'] === 'string') return decodeTensor(value, tensors);
  if ('$strings' in value) return stringsOf(value);
  if ('$complex' in value) throw new Skip('complex numbers');
  if ('$ints' in value) return wideIntegers(value);
  if ('$float' in value) return Number(String(value['$float']).replace('inf', 'Infinity'));
  if ('$ellipsis' in value) return '...';
  if (typeof value['$fn'] === 'string') return functionFor(value['$fn']);
  if (Array.isArray(value['$slice'])) return sliceOf(value['$slice']);
  throw new Error(`a case has a value of unknown kind: ${JSON.stringify(value)}`);
}

function sliceOf([start = null, stop = null, step = null]: readonly Json[]): Slice {
  return { start, stop, step } as Slice;
}

const stringsOf = (value: JsonObject): StringTensor =>
  new StringTensor(value['shape'] as readonly number[], ([value['$strings']] as unknown[]).flat(Number.POSITIVE_INFINITY) as string[]);

function decodeTensor(value: JsonObject, tensors: ReadonlyMap<string, StoredTensor>): Tensor | ops.ComplexTensor {
  const name = String(value['$tensor']);
  const stored = tensors.get(name);
  const dtype = String(value['dtype']);
  if (!stored) throw new Error(`the tensors of the group lack ${name}`);
  if (value['complex']) return complexFrom(value['shape'] as readonly number[], dtype, elementsOf(stored) as ArrayLike<number>);
  if (!isDType(dtype)) throw new Skip(`dtype ${dtype}`);
  return tensorFrom(dtype, value['shape'] as readonly number[], elementsOf(stored));
}

/** Real and imaginary parts alternate. */
function complexFrom(shape: readonly number[], dtype: string, elements: ArrayLike<number>): ops.ComplexTensor {
  const part = (offset: number): Tensor => {
    const values = Array.from({ length: elements.length / 2 }, (_, index) => elements[2 * index + offset] as number);
    return tensorFrom(dtype === 'complex128' ? 'float64' : 'float32', shape, values);
  };
  return new ops.ComplexTensor(part(0), part(1));
}

const wideIntegers = (value: JsonObject): Tensor =>
  tensorFrom(value['dtype'] as DType, value['shape'] as readonly number[], (value['$ints'] as readonly string[]).map(BigInt));

function tensorFrom(dtype: DType, shape: readonly number[], elements: ArrayLike<number> | ArrayLike<bigint>): Tensor {
  const data = allocate(dtype, elements.length);
  const convert = converterTo(dtype);
  for (let i = 0; i < elements.length; i++) data[i] = convert(elements[i] as number | bigint) as never;
  return tensorOf(dtype, shape, data);
}

function converterTo(dtype: DType): (element: number | bigint) => number | bigint {
  if (is64BitInteger(dtype)) return BigInt;
  if (dtype === 'float16' || dtype === 'bfloat16') return (element) => encodeFloat(dtype, Number(element));
  return Number;
}
