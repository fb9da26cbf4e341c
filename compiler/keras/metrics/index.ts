// `keras.metrics`: what is measured beside the loss.
export * from './all.ts';
export type { MetricFunction } from './function-metric.ts';
export * from './functions.ts';
export { type AnyMetric, deserialize, get, type MetricLike, serialize } from './get.ts';
export { type Direction, Metric, type MetricOptions, type MetricResult, type MetricVariableOptions, type UpdateOptions } from './metric.ts';
