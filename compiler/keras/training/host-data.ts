// Brings the arrays that users pass to training into structures of host arrays.
import { UnsupportedError } from '../../errors/index.ts';
import { allocate } from '../../ir/dtype.ts';
import { decodeFloat } from '../../ir/float16.ts';
import { type NDArray, ndarray } from '../../ir/ndarray.ts';
import { Tensor } from '../../trace/tensor.ts';
import { isStringLike } from '../engine/string-tensor.ts';
import { isPlainObject, type Nested } from '../engine/structure.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';

/** Arrays, typed arrays and tensors, nested as the model's inputs or outputs are. Missing parts are null. */
export type ArrayData = Nested<TensorLike | null | undefined>;

/** The same as host arrays. */
export type HostData = Nested<NDArray | null>;

/**
 * Host arrays of the data. An array of numbers is one array, however deep, unless `like` says that a list of several is expected
 * there: the rows of `[[1], [2]]` are two outputs for a model with a list of two.
 */
export function toHostData(data: ArrayData, like?: unknown): HostData {
  if (data === null || data === undefined) return null;
  if (Array.isArray(data)) {
    const isList = !isNumeric(data) || (Array.isArray(like) && like.length === data.length && Array.isArray(data[0]));
    if (isList) return data.map((item: ArrayData, index) => toHostData(item, Array.isArray(like) ? like[index] : undefined));
    return toHostArray(data as TensorLike);
  }
  if (isPlainObject(data)) {
    const parts = like as Readonly<Record<string, unknown>> | undefined;
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, toHostData(item as ArrayData, isPlainObject(like) ? parts?.[key] : undefined)]),
    );
  }
  return toHostArray(data as TensorLike);
}

/** Floats of any width become float32, as Keras's adapters of arrays make them. */
function toHostArray(data: TensorLike): NDArray {
  if (isStringLike(data)) throw stringsInTraining();
  const { dtype, shape, data: values } = (data instanceof Tensor ? data : toTensor(data)).value;
  if (dtype === 'float64') return ndarray('float32', shape, Float32Array.from(values as Float64Array));
  if (dtype !== 'float16' && dtype !== 'bfloat16') return ndarray(dtype, shape, values);
  const floats = allocate('float32', values.length) as Float32Array;
  for (let index = 0; index < values.length; index++) floats[index] = decodeFloat(dtype, Number(values[index]));
  return ndarray('float32', shape, floats);
}

/** Steps are programs of numbers: what the host does with strings comes before. */
function stringsInTraining(): UnsupportedError {
  return new UnsupportedError('Training takes numbers; received strings.', {
    code: 'strings-in-training',
    cure: 'Turn them into numbers first: dataset.map(([text, label]) => [vectorize(text), label]), and put the layer before the model afterwards.',
  });
}

/** Whether what stands first in the list, however deep, is a number. */
export function isNumeric(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && isNumeric(value[0]);
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

/** The arrays of a structure in order, without the missing ones. */
export function hostArrays(data: HostData | undefined): NDArray[] {
  if (data === undefined || data === null) return [];
  if (Array.isArray(data)) return data.flatMap((item) => hostArrays(item as HostData));
  if (!isPlainObject(data)) return [data as NDArray];
  const parts = data as Readonly<Record<string, HostData>>;
  return Object.keys(parts)
    .sort()
    .flatMap((key) => hostArrays(parts[key]));
}

/** Changes every array of a structure. */
export function mapHostData(data: HostData, change: (array: NDArray) => NDArray): HostData {
  if (data === null) return null;
  if (Array.isArray(data)) return data.map((item) => mapHostData(item as HostData, change));
  if (!isPlainObject(data)) return change(data as NDArray);
  return Object.fromEntries(Object.entries(data as Record<string, HostData>).map(([key, item]) => [key, mapHostData(item, change)]));
}
