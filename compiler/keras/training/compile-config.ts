// What `compile` was given, in the form of model files, and back.
import { quote } from '../../errors/index.ts';
import { toSnakeCase } from '../engine/names.ts';
import { isPlainObject } from '../engine/structure.ts';
import * as losses from '../losses/index.ts';
import * as metrics from '../metrics/index.ts';
import type { OptimizerLike } from '../optimizers/get.ts';
import { type DeserializeOptions, deserializeKerasObject, isSerialized } from '../saving/deserialize.ts';
import { mapKeys, toCamelCase } from '../saving/key-case.ts';
import { findCustom } from '../saving/registry.ts';
import { serializeKerasObject } from '../saving/serialize.ts';
import type { CompileOptions } from './compile-options.ts';

type FileConfig = Readonly<Record<string, unknown>>;

/** The `compile_config` of a model file. */
export function writeCompileConfig(options: CompileOptions): FileConfig {
  const { optimizer, loss, lossWeights, metrics: plain, weightedMetrics, runEagerly, stepsPerExecution } = options;
  return {
    optimizer: writeValue(optimizer),
    loss: writeValue(loss),
    loss_weights: writeValue(lossWeights),
    metrics: writeValue(plain),
    weighted_metrics: writeValue(weightedMetrics),
    run_eagerly: runEagerly ?? false,
    steps_per_execution: stepsPerExecution ?? 1,
    jit_compile: false,
  };
}

function writeValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(writeValue);
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, writeValue(item)]));
  const isFunction = typeof value === 'function' && !('getConfig' in value);
  return isFunction ? writeFunction(value as { readonly name: string }) : serializeKerasObject(value);
}

/** A function is known by its name; one of the user's must be given again when the file is loaded. */
function writeFunction(value: { readonly name: string }): FileConfig {
  const name = toSnakeCase(value.name);
  const isOwn = BUILTIN_FUNCTIONS.get(name) === value;
  const config = isOwn ? name : value.name;
  return { module: isOwn ? 'keras.losses' : 'builtins', class_name: 'function', config, registered_name: 'function' };
}

const BUILTIN_FUNCTIONS = new Map(
  [...Object.entries(metrics), ...Object.entries(losses)]
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name))
    .map(([name, value]): [string, unknown] => [toSnakeCase(name), value]),
);

/** What to give to `compile`, from the `compile_config` of Keras 3 or the `training_config` of older files. */
export function readCompileConfig(config: FileConfig, options: DeserializeOptions = {}): CompileOptions {
  const isLegacy = 'optimizer_config' in config;
  const { optimizer_config: legacyOptimizer, ...rest } = config;
  const entries = isLegacy ? { ...rest, optimizer: modernOptimizer(legacyOptimizer) } : rest;
  const known = Object.entries(entries).filter(([key]) => KEYS.has(key));
  const values = known.map(([key, value]): [string, unknown] => [
    key,
    key === 'optimizer' ? readOptimizer(value) : readValue(value, options),
  ]);
  return mapKeys(Object.fromEntries(values.filter(([, value]) => value !== null)), toCamelCase) as CompileOptions;
}

const KEYS = new Set(['optimizer', 'loss', 'loss_weights', 'metrics', 'weighted_metrics', 'run_eagerly', 'steps_per_execution']);

/** `optimizers.get` reads configs itself, and knows names that the general table does not. */
const readOptimizer = (value: unknown): OptimizerLike | null => (value === null || value === undefined ? null : (value as OptimizerLike));

function readValue(value: unknown, options: DeserializeOptions): unknown {
  if (Array.isArray(value)) return value.map((item) => readValue(item, options));
  if (!isPlainObject(value)) return value;
  if (value['class_name'] === 'function') return readFunction(String(value['config']), options);
  if (isSerialized(value)) return deserializeKerasObject(value, options);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readValue(item, options)]));
}

function readFunction(name: string, options: DeserializeOptions): unknown {
  const found = options.customObjects?.[name] ?? findCustom({ className: name }, {}) ?? BUILTIN_FUNCTIONS.get(name);
  if (found) return found;
  throw new TypeError(
    `Could not locate function ${quote(name)}. Code from a file is never run: pass the function, loadModel(path, { customObjects: { ${name} } }).`,
  );
}

/** Settings of older optimizers that today's do not have, and that ask for nothing. */
const OBSOLETE = new Set(['decay', 'is_legacy_optimizer', 'jit_compile']);

function modernOptimizer(value: unknown): unknown {
  if (!isPlainObject(value) || !isPlainObject(value['config'])) return value;
  const className = String(value['class_name']).replace(/^.*>/, '');
  const config = Object.entries(value['config']).filter(([key]) => !OBSOLETE.has(key));
  return { class_name: className, config: Object.fromEntries(config.map(([key, item]) => [key === 'lr' ? 'learning_rate' : key, item])) };
}
