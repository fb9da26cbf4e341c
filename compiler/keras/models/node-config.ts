// Writes the calls of a model's graph into its config, and reads them back from every version of Keras.
import { quote, ValueError } from '../../errors/index.ts';
import { isDType } from '../../ir/dtype.ts';
import { tensorOf } from '../../trace/tensor.ts';
import { isKerasTensor, type KerasTensor } from '../engine/keras-tensor.ts';
import type { Node, Operation } from '../engine/node.ts';
import { isVariadic, OpInstance } from '../engine/operation.ts';
import { isPlainObject } from '../engine/structure.ts';
import { type NestedNumbers, toTensor } from '../engine/tensor-like.ts';
import { mapKeys, toCamelCase, toFileCase } from '../saving/key-case.ts';
import { serializeKerasObject, serializeKerasTensor } from '../saving/serialize.ts';

/** A call as read: arguments with tensors found, or the name of an operation that has to be called first. */
export interface ReadCall {
  readonly args: readonly unknown[];
  readonly options: Record<string, unknown>;
}

/** Whether configs count a node for an operation before its first call: they do for nested models. */
export type HasOwnNode = (operation: Operation) => boolean;

/** Where in a config a tensor is: operation, node, output. */
type TensorPlace = readonly [string, number, number];

/** Thrown where a call needs a tensor that has not been made yet. */
export class NotYetCalled extends Error {}

/** The call in Keras 3's form; node indices count only nodes of this model. */
export function writeNode(node: Node, indexOf: (tensor: KerasTensor) => number): Record<string, unknown> {
  const write = (value: unknown): unknown => {
    if (isKerasTensor(value)) return serializeKerasTensor(value, indexOf(value));
    if (Array.isArray(value)) return value.map(write);
    if (isSlice(value)) return { class_name: '__slice__', config: value };
    if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, write(item)]));
    return value === '...' ? { class_name: '__ellipsis__', config: {} } : serializeKerasObject(value);
  };
  const args = node.operation instanceof OpInstance ? callArguments(node.operation, node.args) : node.args;
  return {
    args: args.map(write),
    kwargs: Object.fromEntries(Object.entries(mapKeys(node.options, toFileCase)).map(([key, item]) => [key, write(item)])),
  };
}

const isSlice = (value: unknown): boolean => isPlainObject(value) && Object.keys(value).sort().join() === 'start,step,stop';

// Keras's operation classes take tensors when called and everything else when constructed; these parameters are tensors.
const TENSOR_PARAMETERS = new Set([
  'x', 'x1', 'x2', 'y', 'xs', 'a', 'b', 'v', 'condition', 'inputs', 'indices', 'values', 'updates', 'variable', 'key', 'start_indices',
  'query', 'value', 'bias', 'mask', 'image', 'images', 'kernel', 'depthwise_kernel', 'pointwise_kernel',
]) as ReadonlySet<string>; // biome-ignore format: one list

const isTensorParameter = (parameter: string): boolean => isVariadic(parameter) || TENSOR_PARAMETERS.has(parameter);

function callArguments(operation: OpInstance, args: readonly unknown[]): unknown[] {
  const { parameters } = operation.definition;
  return args.filter((value, index) => {
    const parameter = parameters[index];
    if (parameter === undefined) return !isPlainObject(value);
    return isTensorParameter(parameter) || isKerasTensor(value);
  });
}

/** The arguments of an op's call that its config holds. */
export function constructorArguments(operation: OpInstance, args: readonly unknown[]): Record<string, unknown> {
  const { parameters } = operation.definition;
  const config: Record<string, unknown> = {};
  args.forEach((value, index) => {
    const parameter = parameters[index];
    if (parameter === undefined) {
      if (isPlainObject(value)) Object.assign(config, mapKeys(value, toFileCase));
    } else if (!isTensorParameter(parameter) && !isKerasTensor(value)) config[parameter] = value;
  });
  return config;
}

/** Reads a call: `{ args, kwargs }` of Keras 3, or the nested lists of Keras 1 and 2. */
export function readNode(data: unknown, operations: ReadonlyMap<string, Operation>, hasOwnNode: HasOwnNode): ReadCall {
  // Keras 3 does not count a model's own node here, older versions do.
  if (Array.isArray(data)) return readLegacyCall(data, (place) => findTensor(place, operations, hasOwnNode));
  const find = (place: TensorPlace): KerasTensor => findTensor(place, operations, () => false);
  if (!isPlainObject(data) || !Array.isArray(data['args'])) {
    throw new ValueError(`A call in the model's config is not understood: ${quote(data)}`, { code: 'config' });
  }
  const options = mapKeys((data['kwargs'] ?? {}) as Record<string, unknown>, toCamelCase);
  return {
    args: data['args'].map((value) => readValue(value, find)),
    options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, readValue(value, find)])),
  };
}

/** `[[name, node, tensor, kwargs?], ...]`; Keras 2 also writes tensors among the kwargs as such lists. */
function readLegacyCall(data: readonly unknown[], find: (place: TensorPlace) => KerasTensor): ReadCall {
  // A call with one tensor may be written without the outer list.
  const entries = (typeof data[0] === 'string' ? [data] : data) as readonly unknown[];
  let options: Record<string, unknown> = {};
  const tensors = entries.map((entry) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') {
      throw new ValueError(`A call in the model's config is not understood: ${quote(entry)}`, { code: 'config' });
    }
    if (isPlainObject(entry[3])) options = { ...options, ...mapKeys(entry[3], toCamelCase) };
    return entry[0] === '_CONSTANT_VALUE' ? entry[2] : find(entry as unknown as TensorPlace);
  });
  const read = (value: unknown): unknown => (isTensorPlace(value) ? find(value) : value);
  return {
    args: [tensors.length === 1 ? tensors[0] : tensors],
    options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, read(value)])),
  };
}

const isTensorPlace = (value: unknown): value is TensorPlace =>
  Array.isArray(value) && value.length >= 3 && typeof value[0] === 'string' && Number.isInteger(value[1]) && Number.isInteger(value[2]);

/** A tensor of the config's `input_layers` or `output_layers`. */
export function findTensor(
  [name, nodeIndex, tensorIndex]: TensorPlace,
  operations: ReadonlyMap<string, Operation>,
  hasOwnNode: HasOwnNode,
): KerasTensor {
  const operation = operations.get(name);
  if (!operation) throw new ValueError(`Invalid Functional model configuration. Missing node: ${quote(name)}`, { code: 'config' });
  const node = operation.inboundNodes[Math.max(0, nodeIndex - (hasOwnNode(operation) ? 1 : 0))];
  const tensor = node?.outputs[tensorIndex];
  if (!tensor) throw new NotYetCalled(name);
  return tensor;
}

/** A value in the form of model files: tensors by their place, slices, arrays. */
function readValue(value: unknown, find: (place: TensorPlace) => KerasTensor): unknown {
  if (Array.isArray(value)) return value.map((item) => readValue(item, find));
  if (!isPlainObject(value)) return value;
  const { class_name: className, config } = value;
  const inner = isPlainObject(config) ? config : {};
  switch (className) {
    case '__keras_tensor__': {
      const history = inner['keras_history'];
      if (!isTensorPlace(history)) throw new ValueError(`A tensor in the model's config has no place: ${quote(value)}`, { code: 'config' });
      return find(history);
    }
    case '__slice__':
      return { start: inner['start'] ?? null, stop: inner['stop'] ?? null, step: inner['step'] ?? null };
    case '__ellipsis__':
      return '...';
    case '__numpy__':
    case '__tensor__':
      return readArray(inner);
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readValue(item, find)]));
  }
}

function readArray({ value, dtype }: Record<string, unknown>): unknown {
  if (!isDType(dtype)) throw new ValueError(`A constant in the model's config has the unknown dtype ${quote(dtype)}.`, { code: 'config' });
  const tensor = toTensor(value as NestedNumbers | number, dtype);
  return tensorOf(tensor.dtype, tensor.shape, tensor.data);
}
