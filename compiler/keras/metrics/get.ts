// Finds metrics by name, config or value, as Keras's `metrics.get`.
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { CompileMetricName, RegisteredName } from '../engine/identifier-names.ts';
import { toSnakeCase } from '../engine/names.ts';
import { deserializeKerasObject, isSerialized, type SerializedLike } from '../saving/deserialize.ts';
import { findCustom } from '../saving/registry.ts';
import { type SerializedObject, serializeKerasObject } from '../saving/serialize.ts';
import * as metrics from './all.ts';
import type { MetricFunction } from './function-metric.ts';
import { Metric } from './metric.ts';

/** A metric with any update and any result. */
export type AnyMetric = Metric<never>;

/** What a training step calls with the targets and predictions that it computes on. */
type OwnMetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** A name (`mse`, `MeanSquaredError`), a function of targets and predictions, a Metric, or a config. */
export type MetricLike = CompileMetricName | RegisteredName | MetricFunction | OwnMetricFunction | AnyMetric | SerializedLike;

const ALIASES: Readonly<Record<string, string>> = {
  bce: 'BinaryCrossentropy', BCE: 'BinaryCrossentropy', mse: 'MeanSquaredError', MSE: 'MeanSquaredError', mae: 'MeanAbsoluteError',
  MAE: 'MeanAbsoluteError', mape: 'MeanAbsolutePercentageError', MAPE: 'MeanAbsolutePercentageError',
  msle: 'MeanSquaredLogarithmicError', MSLE: 'MeanSquaredLogarithmicError',
}; // biome-ignore format: one list

type MetricClass = new () => AnyMetric;
const isMetricClass = (value: unknown): value is MetricClass => typeof value === 'function' && value.prototype instanceof Metric;

const CLASSES = Object.entries(metrics as Readonly<Record<string, unknown>>).filter(([, value]) => isMetricClass(value));
const BY_NAME = new Map(CLASSES.flatMap(([name, type]) => [name, toSnakeCase(name)].map((key) => [key, type as MetricClass] as const)));

/** The metric that an identifier stands for; functions stay functions; undefined for none. */
export function get(identifier: MetricLike | null | undefined): AnyMetric | MetricFunction | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (typeof identifier === 'string') return named(identifier);
  if (isMetricClass(identifier)) return new identifier();
  if (typeof identifier === 'function') return identifier as AnyMetric | MetricFunction;
  return isSerialized(identifier) ? deserialize(identifier) : refuse(identifier);
}

function named(name: string): AnyMetric {
  const type = findCustom({ className: name }, {}) ?? BY_NAME.get(ALIASES[name] ?? name);
  return isMetricClass(type) ? new type() : refuse(name);
}

/** The metric that a config of a model file describes. */
export function deserialize(config: SerializedLike): AnyMetric {
  const found = deserializeKerasObject({ module: 'keras.metrics', ...config });
  return found instanceof Metric ? (found as unknown as AnyMetric) : refuse(config);
}

/** The metric in the form of model files. */
export const serialize = (metric: AnyMetric): SerializedObject => serializeKerasObject(metric) as SerializedObject;

function refuse(identifier: unknown): never {
  throw new ValueError(`Could not interpret metric identifier: ${typeof identifier === 'string' ? identifier : quote(identifier)}`, {
    code: 'metric',
    cure: 'Give a name such as "accuracy", a Metric, or a function of yTrue and yPred written in ops.*.',
  });
}
