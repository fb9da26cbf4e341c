// How often the most probable class is that of a one-hot label.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** 1 where the largest prediction stands at the class of the one-hot label, else 0: (batch, ..., classes) -> (batch, ...). */
export function categoricalAccuracy(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const labels = ops.argmax(yTrue, { axis: -1 });
  const classes = ops.argmax(yPred, { axis: -1 });
  // Labels of shape (batch, 1, classes) for predictions of shape (batch, classes).
  const matched = labels.rank > classes.rank ? ops.squeeze(labels, { axis: -1 }) : labels;
  return ops.reshape(ops.cast(ops.equal(matched, classes), 'float32'), labels.shape);
}

/** How often the most probable class is that of a one-hot label. */
export class CategoricalAccuracy extends FunctionMetric {
  override readonly direction = 'up';

  constructor(options: MetricOptions = {}) {
    super(categoricalAccuracy, {}, { name: 'categorical_accuracy', ...options });
  }
}
