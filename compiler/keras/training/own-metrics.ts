// Metrics that a model and its layers keep in properties.
import type { Layer } from '../engine/layer.ts';
import { isPlainObject } from '../engine/structure.ts';
import { Metric } from '../metrics/metric.ts';
import type { TrainerMetric } from './trainer.ts';

/** Those of the model, then those of its layers; models inside it report their own only when they are trained themselves. */
export function ownMetrics(model: Layer): TrainerMetric[] {
  return [model, ...model.flattenLayers()].flatMap((layer) => Object.values(layer).flatMap(metricsIn));
}

function metricsIn(value: unknown): TrainerMetric[] {
  if (value instanceof Metric) return [value as unknown as TrainerMetric];
  if (Array.isArray(value)) return typeof value[0] === 'number' ? [] : value.flatMap(metricsIn);
  return isPlainObject(value) ? Object.values(value).flatMap(metricsIn) : [];
}
