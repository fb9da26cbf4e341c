// Datasets and attributes of an HDF5 file as arrays and text.
import { allocate, type DType, viewAs } from '../ir/dtype.ts';
import { encodeFloat } from '../ir/float16.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { H5_CLASS, type H5Module, type H5Space, type H5Type } from './hdf5-module.ts';
import { checkedBytes, LIMITS, type UnpackBudget } from './limits.ts';
import type { Attributes, AttributeValue } from './model-file.ts';
import { formatError, inside, type Place } from './place.ts';

export interface Hdf5Cursor {
  readonly module: H5Module;
  readonly file: bigint;
  readonly place: Place;
  readonly budget: UnpackBudget;
}

/** What an array was before it was written in a type that HDF5 here can write; see hdf5-write.ts. */
export const DTYPE_ATTRIBUTE = 'kerasc_dtype';
/** What Keras says of 16 opaque bits. */
const KERAS_DTYPE_ATTRIBUTE = 'dtype';

const SIGNED: Readonly<Record<number, DType>> = { 1: 'int8', 2: 'int16', 4: 'int32', 8: 'int64' };
const UNSIGNED: Readonly<Record<number, DType>> = { 1: 'uint8', 2: 'uint16', 4: 'uint32', 8: 'uint64' };
const FLOATS: Readonly<Record<number, DType>> = { 2: 'float16', 4: 'float32', 8: 'float64' };

export function readDataset(cursor: Hdf5Cursor, path: string): NDArray {
  const { module, file } = cursor;
  const place = inside(cursor.place, path);
  const space = module.get_dataset_metadata(file, path);
  if (space.virtual_sources) throw formatError('hostile-link', place, 'The dataset is virtual: its data lie in other files.');
  const attributes = readAttributes(cursor, path);
  const dtype = numericType(space) ?? (isKerasBfloat16(space, attributes) ? 'bfloat16' : undefined);
  if (!dtype) throw formatError('dtype-unknown', place, `The dataset holds ${describeType(space)}; tensors are made of numbers.`);
  const array = readNumbers(cursor, place, space, dtype, (pointer) => module.get_dataset_data(file, path, null, null, null, pointer));
  return asWritten(array, attributes.get(DTYPE_ATTRIBUTE));
}

/** All attributes of an object, but those of types that Keras does not write. */
export function readAttributes(cursor: Hdf5Cursor, path: string): Attributes {
  const attributes = new Map<string, AttributeValue>();
  for (const name of cursor.module.get_attribute_names(cursor.file, path)) {
    const value = readAttribute(cursor, path, name);
    if (value !== undefined) attributes.set(name, value);
  }
  return attributes;
}

function readAttribute(cursor: Hdf5Cursor, path: string, name: string): AttributeValue | undefined {
  const { module, file } = cursor;
  const place = inside(cursor.place, path, name);
  const space = module.get_attribute_metadata(file, path, name);
  if (space.shape === null) return undefined;
  const read = (pointer: bigint) => module.get_attribute_data(file, path, name, pointer);
  if (space.type === H5_CLASS.string) {
    const release = (pointer: bigint) => module.reclaim_vlen_memory(file, path, name, pointer);
    const texts = readTexts(cursor, place, space, read, release);
    return space.shape.length === 0 ? (texts[0] ?? '') : texts;
  }
  const dtype = numericType(space);
  return dtype && readNumbers(cursor, place, space, dtype, read);
}

function numericType(type: H5Type): DType | undefined {
  if (type.type === H5_CLASS.integer) return (type.signed ? SIGNED : UNSIGNED)[type.size];
  if (type.type === H5_CLASS.float) return FLOATS[type.size];
  const members = type.type === H5_CLASS.enum ? type.enum_type?.members : undefined;
  const isBool = members && type.size === 1 && Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
  return isBool ? 'bool' : undefined;
}

const isKerasBfloat16 = (type: H5Type, attributes: Attributes): boolean =>
  type.type === H5_CLASS.opaque && type.size === 2 && attributes.get(KERAS_DTYPE_ATTRIBUTE) === 'bfloat16';

function describeType(type: H5Type): string {
  const name = Object.entries(H5_CLASS).find(([, value]) => value === type.type)?.[0] ?? `HDF5 class ${type.type}`;
  return `values of type ${name} of ${type.size} bytes`;
}

type Read = (pointer: bigint) => number;

function readNumbers(cursor: Hdf5Cursor, place: Place, space: H5Space, dtype: DType, read: Read): NDArray {
  const shape = space.shape ?? [0];
  const bytes = checkedBytes(place, dtype, shape);
  cursor.budget.take(place, bytes);
  if (bytes === 0) return ndarray(dtype, [...shape]);
  const copy = withMemory(cursor, place, bytes, (pointer) => {
    if (read(BigInt(pointer)) < 0) throw new Error('read failed');
    return cursor.module.HEAPU8.slice(pointer, pointer + bytes);
  });
  if (dtype === 'bool') for (let i = 0; i < copy.length; i++) copy[i] = copy[i] ? 1 : 0;
  return ndarray(dtype, [...shape], viewAs(dtype, copy.buffer, 0, bytes / space.size));
}

function readTexts(cursor: Hdf5Cursor, place: Place, space: H5Space, read: Read, release: Read): string[] {
  const bytes = checkedBytes(place, 'uint8', [...(space.shape ?? []), space.size]);
  if (bytes > LIMITS.attributeBytes) throw formatError('file-too-large', place, `The attribute has ${bytes} bytes.`);
  cursor.budget.take(place, bytes);
  if (bytes === 0) return [];
  return withMemory(cursor, place, bytes, (pointer) => {
    if (read(BigInt(pointer)) < 0) throw new Error('read failed');
    if (!space.vlen) return fixedTexts(cursor.module.HEAPU8.slice(pointer, pointer + bytes), space.size);
    const texts = pointedTexts(cursor, place, pointer, bytes);
    release(BigInt(pointer));
    return texts;
  });
}

/** Text of fixed length, padded with zeros. */
function fixedTexts(bytes: Uint8Array, size: number): string[] {
  return Array.from({ length: bytes.length / size }, (_, i) => decodeUntilZero(bytes.subarray(i * size, (i + 1) * size)));
}

/** Text of variable length: pointers into the library's memory. */
function pointedTexts(cursor: Hdf5Cursor, place: Place, pointer: number, bytes: number): string[] {
  const heap = cursor.module.HEAPU8;
  const pointers = new Uint32Array(heap.slice(pointer, pointer + bytes).buffer);
  return Array.from(pointers, (start) => {
    if (start === 0) return '';
    const end = heap.indexOf(0, start);
    if (start >= heap.length || end < 0 || end - start > LIMITS.attributeBytes) throw new Error('text without end');
    cursor.budget.take(place, end - start);
    return decodeUntilZero(heap.slice(start, end));
  });
}

function decodeUntilZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Runs `work` on zeroed memory of the library. */
function withMemory<T>({ module }: Hdf5Cursor, place: Place, bytes: number, work: (pointer: number) => T): T {
  const pointer = module._malloc(bytes);
  if (pointer === 0) throw formatError('file-too-large', place, `There is no memory for ${bytes} bytes.`);
  try {
    module.HEAPU8.fill(0, pointer, pointer + bytes);
    return work(pointer);
  } finally {
    module._free(pointer);
  }
}

/** Undoes what the writer had to do for types that the library cannot write. */
function asWritten(array: NDArray, original: AttributeValue | undefined): NDArray {
  if (original === 'bool' && array.dtype === 'uint8') return { ...array, dtype: 'bool' };
  if ((original !== 'float16' && original !== 'bfloat16') || array.dtype !== 'float32') return array;
  const bits = allocate(original, array.data.length);
  for (let i = 0; i < bits.length; i++) bits[i] = encodeFloat(original, array.data[i] as number);
  return ndarray(original, array.shape, bits);
}
