// Makes objects from the JSON of model files. Class names come from a fixed table; nothing in a file is ever run.
import { quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import { Layer } from '../engine/layer.ts';
import { toSnakeCase } from '../engine/names.ts';
import { findOp, OpInstance } from '../engine/operation.ts';
import { isPlainObject } from '../engine/structure.ts';
import { mapKeys, toCamelCase, toFileCase } from './key-case.ts';
import { legacyActivations } from './legacy-activations.ts';
import { isObsolete, modernClassName, modernizeConfig, modernizeObject } from './legacy-config.ts';
import {
  builtinOf,
  type CustomObjects,
  customObjectScope,
  findBuiltin,
  findClass,
  findCustom,
  type SerializableClass,
} from './registry.ts';

export interface DeserializeOptions {
  readonly customObjects?: CustomObjects | undefined;
  /** Of the Keras that wrote the file: old versions meant other things by some names. */
  readonly kerasVersion?: string | undefined;
}

export interface SerializedLike {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly module?: string | null;
  readonly registered_name?: string | null;
  readonly build_config?: Readonly<Record<string, unknown>> | null;
}

export const isSerialized = (value: unknown): value is SerializedLike =>
  isPlainObject(value) && typeof value['class_name'] === 'string' && isPlainObject(value['config']);

/**
 * The object that a config describes: a layer, a model, a plain op, an initializer, ...
 *
 * @param config Keras 3 style (with `module`) or older ({ class_name, config })
 */
export function deserializeKerasObject(config: unknown, options: DeserializeOptions = {}): object {
  // A scope, so that initializers, activations and the like inside find the user's classes too.
  return options.customObjects ? customObjectScope(options.customObjects, () => revived(config, options)) : revived(config, options);
}

function revived(given: unknown, options: DeserializeOptions): object {
  const config = modernizeObject(given);
  if (!isSerialized(config)) {
    throw new ValueError(`Expected the config of an object, { class_name, config }. Received: ${quote(config)}`, { code: 'config' });
  }
  const name = config.config['name'];
  const where = typeof name === 'string' ? ` of layer ${quote(name)}` : '';
  if (config.class_name === 'Lambda') return reviveLambda(config, options);
  if (isPlainOp(config, options)) return reviveOp(config);
  const className = modernClassName(config.class_name);
  const type = findClass({ className, registeredName: config.registered_name, module: config.module }, options.customObjects ?? {}, where);
  const object = revive(type, className, config, options);
  if (object instanceof Layer && config.build_config) object.buildFromConfig(config.build_config);
  return object;
}

/** HDF5 files name an op (the `NotEqual` of a mask, say) without its module. */
function isPlainOp(config: SerializedLike, options: DeserializeOptions): boolean {
  if (config.module) return config.module.startsWith('keras.src.ops') || config.module.startsWith('keras.ops');
  const className = modernClassName(config.class_name);
  const isClass =
    findBuiltin(className, undefined) || findCustom({ className, registeredName: config.registered_name }, options.customObjects ?? {});
  return !isClass && findOp(toSnakeCase(className)) !== undefined;
}

function revive(type: SerializableClass, className: string, serialized: SerializedLike, options: DeserializeOptions): object {
  const inner =
    serialized.module === undefined ? modernizeConfig(className, serialized.config, serialized.class_name) : { ...serialized.config };
  const isModel = Array.isArray(inner['layers']);
  const values = isKeras2(serialized, options) && !isModel ? legacyActivations(inner) : inner;
  // Models need to know what was passed to the loader.
  if (type.fromConfig) return (type.fromConfig as FromConfig)(mapKeys(values, toCamelCase), options);
  return construct(type, reviveNested(type, mapKeys(values, toCamelCase), options));
}

/** Wrappers and cells of cells hold other layers in their config. */
function reviveNested(type: SerializableClass, config: Record<string, unknown>, options: DeserializeOptions): Record<string, unknown> {
  const reviveValue = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(reviveValue) : isSerialized(value) ? deserializeKerasObject(value, options) : value;
  const nested = (type.nested ?? []).filter((key) => key in config);
  return { ...config, ...Object.fromEntries(nested.map((key) => [key, reviveValue(config[key])])) };
}

type FromConfig = (config: Record<string, unknown>, options: DeserializeOptions) => object;

const isKeras2 = (serialized: SerializedLike, options: DeserializeOptions): boolean =>
  serialized.module === undefined && options.kerasVersion !== undefined && !options.kerasVersion.startsWith('3');

/** Calls the constructor with a camel case config: the class's positional arguments first, the rest as one object. */
export function construct(type: SerializableClass, config: Record<string, unknown>): object {
  const positional = type.positional ?? [];
  const rest = Object.fromEntries(Object.entries(config).filter(([key]) => !positional.includes(key)));
  const missing = positional.filter((key) => !(key in config));
  if (missing.length > 0) {
    const [arguments_, names] = [missing.length === 1 ? 'argument' : 'arguments', missing.map((key) => quote(toFileCase(key))).join(', ')];
    throw new TypeError(
      `${type.name} is missing ${missing.length} required positional ${arguments_}: ${names}. Received: ${quote(config)}`,
    );
  }
  const object = Reflect.construct(type, [...positional.map((key) => config[key]), rest]) as object;
  refuseUnknownKeys(object, type, config);
  return object;
}

/** A key that the layer does not know may change what it computes: it must not pass in silence. */
function refuseUnknownKeys(object: object, type: SerializableClass, config: Record<string, unknown>): void {
  if (!(object instanceof Layer) || !builtinOf(type) || object.className === 'Lambda') return;
  const known = new Set([...Object.keys(object.getConfig()), 'activityRegularizer']);
  const unknown = Object.keys(config).filter((key) => !known.has(key) && !isObsolete(toFileCase(key)));
  // An option that was left at null or false asks for nothing.
  const meant = unknown.filter((key) => config[key] !== null && config[key] !== false);
  if (meant.length === 0) return;
  throw new ValueError(
    `Unrecognized keyword arguments passed to ${type.name}: ${meant.map((key) => `${key}=${quote(config[key])}`).join(', ')}`,
    {
      code: 'unknown-config-key',
      where: `layer ${quote(object.name)} (${type.name})`,
      cure: 'The file may come from a newer Keras than kerasc knows. If the key does not matter, remove it from the config.',
    },
  );
}

/** Code from a file is never run: the user may give the function of a Lambda by the layer's name. */
function reviveLambda(config: SerializedLike, options: DeserializeOptions): object {
  const name = String(config.config['name'] ?? 'lambda');
  const given = options.customObjects?.[name];
  const custom = findCustom({ className: 'Lambda' }, options.customObjects ?? {});
  if (custom) return construct(custom, mapKeys(config.config, toCamelCase));
  const type = findBuiltin('Lambda', 'keras.layers');
  if (typeof given === 'function' && type) return construct(type, { function: given, name });
  throw new UnsupportedError(
    'Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. ' +
      'This carries a potential risk of arbitrary code execution, and code from a file is never run.',
    {
      code: 'lambda-in-file',
      where: `layer ${quote(name)} (Lambda)`,
      cure: `Say in TypeScript what it does: loadModel(path, { customObjects: { ${quote(name)}: (x) => ops.multiply(x, 2) } }).`,
    },
  );
}

/** A plain op in a model's graph; its config holds the arguments that are no tensors. */
function reviveOp(config: SerializedLike): OpInstance {
  const name = toSnakeCase(config.class_name);
  const definition = findOp(name);
  if (!definition) {
    throw new UnsupportedError(`The operation ${quote(config.class_name)} (ops.${name}) is not supported.`, {
      code: 'unknown-op',
      where: `operation ${quote(config.config['name'])}`,
    });
  }
  const { name: given, ...fixed } = config.config;
  return new OpInstance(definition, typeof given === 'string' ? given : undefined, mapKeys(fixed, toCamelCase));
}
