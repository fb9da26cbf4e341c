// One weight of a TensorFlow.js manifest: its declaration, checked, and its numbers, dequantized.
import { quote } from '../errors/index.ts';
import { allocate, bytesPerElement, type DataArray, type DType, viewAs } from '../ir/dtype.ts';
import { decodeFloat } from '../ir/float16.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { elementCount } from '../ir/shape.ts';
import { isJsonObject, type Json, type JsonObject, listField, objectField, textField } from './json.ts';
import { checkedBytes } from './limits.ts';
import { formatError, inside, type Place } from './place.ts';

export interface TfjsWeight {
  readonly name: string;
  readonly place: Place;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quantization: Quantization | undefined;
  readonly storedBytes: number;
}

/** value = stored * scale + min; float16 is only stored so. */
interface Quantization {
  readonly dtype: DType;
  readonly scale: number;
  readonly min: number;
}

const DTYPES = new Set<string>(['float32', 'int32', 'bool', 'uint8', 'uint16', 'int8', 'int16', 'uint32', 'float16', 'float64']);
const STORED = new Set<string>(['uint8', 'uint16', 'float16']);

export function readWeightSpec(spec: Json, outer: Place): TfjsWeight {
  if (!isJsonObject(spec)) throw formatError('value-wrong', outer, `Expected an object, found ${quote(spec)}.`);
  const name = textField(spec, 'name', outer);
  if (!name) throw formatError('value-wrong', outer, 'The weight has no name.');
  const place = inside(outer, name);
  const dtype = spec.dtype;
  if (typeof dtype !== 'string' || !DTYPES.has(dtype))
    throw formatError('dtype-unknown', place, `The weight has the type ${quote(dtype)}.`);
  const shape = listField(spec, 'shape', place);
  if (!shape) throw formatError('value-wrong', place, 'The weight has no shape.');
  checkedBytes(place, dtype as DType, shape);
  const quantization = readQuantization(spec, place);
  const storedBytes = checkedBytes(place, quantization?.dtype ?? (dtype as DType), shape);
  return { name, place, dtype: dtype as DType, shape: shape as readonly number[], quantization, storedBytes };
}

function readQuantization(spec: JsonObject, place: Place): Quantization | undefined {
  const quantization = objectField(spec, 'quantization', place);
  if (!quantization) return undefined;
  const { dtype, scale = 1, min = 0 } = quantization;
  if (typeof dtype !== 'string' || !STORED.has(dtype))
    throw formatError('dtype-unknown', place, `The weight is quantized to ${quote(dtype)}.`);
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    throw formatError('value-wrong', place, `The quantization has scale ${quote(scale)} and min ${quote(min)}.`);
  }
  return { dtype: dtype as DType, scale: scale as number, min: min as number };
}

/** The weight's numbers, from exactly its bytes. */
export function decodeWeight(spec: TfjsWeight, bytes: Uint8Array): NDArray {
  const elements = elementCount(spec.shape);
  const dtype = spec.quantization?.dtype ?? spec.dtype;
  // A copy, because shards align nothing; not bytes.slice(), which for a Node Buffer is a view.
  const stored = viewAs(dtype, new Uint8Array(bytes).buffer, 0, bytes.length / bytesPerElement(dtype));
  if (spec.quantization) return ndarray(spec.dtype, spec.shape, dequantize(spec, spec.quantization, stored as Uint16Array));
  if (spec.dtype === 'bool') for (let i = 0; i < elements; i++) stored[i] = stored[i] ? 1 : 0;
  return ndarray(spec.dtype, spec.shape, stored);
}

function dequantize(spec: TfjsWeight, { dtype, scale, min }: Quantization, stored: Uint16Array): DataArray {
  const values = allocate(spec.dtype, stored.length);
  const isWhole = !spec.dtype.startsWith('float');
  for (let i = 0; i < stored.length; i++) {
    const number = stored[i] as number;
    const value = dtype === 'float16' ? decodeFloat('float16', number) : number * scale + min;
    values[i] = isWhole ? Math.round(value) : value;
  }
  return values;
}
