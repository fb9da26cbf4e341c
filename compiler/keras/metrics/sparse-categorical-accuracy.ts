// How often the most probable class is the label.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** 1 where the largest prediction stands at the label, else 0. Labels (batch, ...) or (batch, ..., 1), predictions (batch, ..., classes). */
export function sparseCategoricalAccuracy(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const predictions = ops.convertToTensor(yPred);
  const given = ops.cast(yTrue, predictions.dtype);
  const hasClassAxis = given.rank === predictions.rank && given.shape.at(-1) === 1;
  const labels = hasClassAxis ? ops.squeeze(given, { axis: -1 }) : given;
  const classes = ops.cast(ops.argmax(predictions, { axis: -1 }), labels.dtype);
  const matches = ops.cast(ops.equal(labels, classes), 'float32');
  if (hasClassAxis) return given.rank === 1 ? ops.reshape(matches, given.shape) : matches;
  return matches.rank > 1 && matches.shape.at(-1) === 1 ? ops.squeeze(matches, { axis: -1 }) : matches;
}

/** How often the most probable class is the label. */
export class SparseCategoricalAccuracy extends FunctionMetric {
  override readonly direction = 'up';

  constructor(options: MetricOptions = {}) {
    super(sparseCategoricalAccuracy, {}, { name: 'sparse_categorical_accuracy', ...options });
  }
}
