// How often the label is among the k most probable classes.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

export interface SparseTopKCategoricalAccuracyFunctionOptions {
  /** How many classes count as predicted. Default 5. */
  readonly k?: number;
  /** Whether predictions are class numbers, best first, not scores. Default false. */
  readonly fromSortedIds?: boolean;
}

export interface SparseTopKCategoricalAccuracyOptions extends MetricOptions, SparseTopKCategoricalAccuracyFunctionOptions {}

/** 1 where the label is among the k largest predictions, else 0. Labels (batch, ...), predictions (batch, ..., classes). */
export function sparseTopKCategoricalAccuracy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { k = 5, fromSortedIds = false }: SparseTopKCategoricalAccuracyFunctionOptions = {},
): Tensor {
  const predictions = ops.convertToTensor(yPred);
  const labels = ops.cast(yTrue, fromSortedIds ? predictions.dtype : 'int32');
  const rows = predictions.rank > 2 ? ops.reshape(predictions, [-1, predictions.shape.at(-1) as number]) : predictions;
  const flat = labels.rank > 1 ? ops.reshape(labels, [-1]) : labels;
  const matches = fromSortedIds ? isAmongFirst(flat, rows, k) : ops.inTopK(flat, rows, k);
  return ops.reshape(ops.cast(matches, 'float32'), labels.shape);
}

function isAmongFirst(labels: Tensor, ids: Tensor, k: number): Tensor {
  const [batch, count] = ids.shape as readonly [number, number];
  const first = ops.slice(ids, [0, 0], [batch, Math.min(k, count)]);
  return ops.any(ops.equal(ops.expandDims(labels, 1), first), { axis: 1 });
}

/** How often the label is among the k most probable classes. */
export class SparseTopKCategoricalAccuracy extends FunctionMetric<SparseTopKCategoricalAccuracyFunctionOptions> {
  override readonly direction = 'up';

  constructor({ k = 5, fromSortedIds = false, ...options }: SparseTopKCategoricalAccuracyOptions = {}) {
    super(sparseTopKCategoricalAccuracy, { k, fromSortedIds }, { name: 'sparse_top_k_categorical_accuracy', ...options });
  }

  override getConfig(): Record<string, unknown> {
    // Keras writes this option only where it is set.
    const { fromSortedIds, ...config } = super.getConfig();
    return fromSortedIds ? { ...config, fromSortedIds } : config;
  }
}
