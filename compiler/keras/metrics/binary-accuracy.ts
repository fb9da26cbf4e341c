// How often predictions, cut at a threshold, equal labels 0 and 1.
import type { Tensor } from '../../trace/tensor.ts';
import { matchRanks } from '../losses/reduce-loss.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

export interface BinaryAccuracyFunctionOptions {
  /** Above it a prediction means 1. Default 0.5. */
  readonly threshold?: number;
}

export interface BinaryAccuracyOptions extends MetricOptions, BinaryAccuracyFunctionOptions {}

/** 1 where the prediction, cut at the threshold, equals the label, else 0. */
export function binaryAccuracy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { threshold = 0.5 }: BinaryAccuracyFunctionOptions = {},
): Tensor {
  const [labels, predictions] = matchRanks(ops.convertToTensor(yTrue), ops.convertToTensor(yPred));
  const classes = ops.cast(ops.greater(predictions, threshold), labels.dtype);
  return ops.cast(ops.equal(labels, classes), 'float32');
}

/** How often predictions, cut at a threshold, equal labels 0 and 1. */
export class BinaryAccuracy extends FunctionMetric<BinaryAccuracyFunctionOptions> {
  override readonly direction = 'up';

  constructor({ threshold = 0.5, ...options }: BinaryAccuracyOptions = {}) {
    super(binaryAccuracy, { threshold }, { name: 'binary_accuracy', ...options });
  }
}
