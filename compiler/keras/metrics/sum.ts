// The weighted sum of values.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { Metric, type MetricOptions, type UpdateOptions } from './metric.ts';
import { samplewiseValues } from './samplewise-values.ts';

/**
 * The weighted sum of values of any shape.
 *
 * @example new metrics.Sum()([1, 3, 5, 7]).item() // 16
 */
export class Sum extends Metric<[values: ops.TensorLike, options?: UpdateOptions], Tensor> {
  readonly total: Variable;

  constructor(options: MetricOptions = {}) {
    super({ name: 'sum', ...options });
    this.total = this.addVariable([], { name: 'total', dtype: this.dtype });
  }

  override updateState(values: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const { values: weighted } = samplewiseValues(values, sampleWeight, ops.sum, this.dtype);
    this.total.assign(ops.add(this.total.read(), ops.sum(weighted)));
  }

  override result(): Tensor {
    return this.total.read();
  }
}
