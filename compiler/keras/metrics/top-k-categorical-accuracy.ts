// How often the class of a one-hot label is among the k most probable ones.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';
import { sparseTopKCategoricalAccuracy } from './sparse-top-k-categorical-accuracy.ts';

export interface TopKCategoricalAccuracyFunctionOptions {
  /** How many classes count as predicted. Default 5. */
  readonly k?: number;
}

export interface TopKCategoricalAccuracyOptions extends MetricOptions, TopKCategoricalAccuracyFunctionOptions {}

/** 1 where the class of the one-hot label is among the k largest predictions: (batch, ..., classes) -> (batch, ...). */
export function topKCategoricalAccuracy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { k = 5 }: TopKCategoricalAccuracyFunctionOptions = {},
): Tensor {
  return sparseTopKCategoricalAccuracy(ops.argmax(yTrue, { axis: -1 }), yPred, { k });
}

/** How often the class of a one-hot label is among the k most probable ones. */
export class TopKCategoricalAccuracy extends FunctionMetric<TopKCategoricalAccuracyFunctionOptions> {
  override readonly direction = 'up';

  constructor({ k = 5, ...options }: TopKCategoricalAccuracyOptions = {}) {
    super(topKCategoricalAccuracy, { k }, { name: 'top_k_categorical_accuracy', ...options });
  }
}
