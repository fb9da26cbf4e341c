// Turns objects into the JSON of model files: module, class name, config.
import { ValueError } from '../../errors/index.ts';
import { isKerasTensor, type KerasTensor } from '../engine/keras-tensor.ts';
import { isPlainObject } from '../engine/structure.ts';
import { mapKeys, toFileCase } from './key-case.ts';
import { builtinOf, getRegisteredName, registeredFunctionName } from './registry.ts';

/** An object as model files hold it. */
export interface SerializedObject {
  module: string | null;
  class_name: string;
  config: Record<string, unknown>;
  registered_name: string | null;
  [more: string]: unknown;
}

interface Configurable {
  getConfig(): Record<string, unknown>;
  getBuildConfig?(): Record<string, unknown> | undefined;
  readonly constructor: { readonly name: string };
}

const isConfigurable = (value: unknown): value is Configurable =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  typeof (value as Partial<Configurable>).getConfig === 'function';

/** The value in the form of model files: plain values stay, objects become what `deserializeKerasObject` takes. */
export function serializeKerasObject(value: unknown): unknown {
  if (value === undefined) return null;
  if (isKerasTensor(value)) return serializeKerasTensor(value);
  if (isConfigurable(value)) return serializeObject(value);
  if (Array.isArray(value)) return value.map(serializeKerasObject);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, serializeKerasObject(item)]));
  if (typeof value === 'function') return serializeFunction(value as { readonly name: string });
  return value;
}

/** A function that was registered stands in a file by its name. */
function serializeFunction(value: { readonly name: string }): unknown {
  const registered = registeredFunctionName(value);
  if (registered === undefined) {
    throw new ValueError(`A function (${value.name || 'anonymous'}) cannot be written to a model file.`, {
      code: 'serialize-function',
      cure: 'Use the name of a built-in function, register yours with registerKerasSerializable, or write a Layer of your own.',
    });
  }
  return { module: 'builtins', class_name: 'function', config: registered, registered_name: registered };
}

/** A layer, initializer, ... with its module and class name. */
export function serializeObject(object: Configurable): SerializedObject {
  const builtin = builtinOf(object.constructor);
  const config = mapKeys(object.getConfig(), toFileCase);
  const serialized: SerializedObject = {
    module: builtin ? builtin.module : null,
    class_name: builtin ? builtin.name : object.constructor.name,
    config: Object.fromEntries(Object.entries(config).map(([key, item]) => [key, serializeKerasObject(item)])),
    registered_name: builtin ? null : getRegisteredName(object.constructor),
  };
  const buildConfig = object.getBuildConfig?.();
  if (buildConfig) serialized['build_config'] = serializeKerasObject(buildConfig);
  return serialized;
}

/** Where the tensor comes from, with `nodeIndex` counted among the nodes that are written. */
export function serializeKerasTensor(tensor: KerasTensor, nodeIndex?: number): Record<string, unknown> {
  const { history } = tensor;
  return {
    class_name: '__keras_tensor__',
    config: {
      shape: tensor.shape,
      dtype: tensor.dtype,
      keras_history: history ? [history.node.operation.name, nodeIndex ?? history.node.index, history.tensorIndex] : null,
    },
  };
}
