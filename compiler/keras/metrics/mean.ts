// The weighted mean of values, and the base of metrics that are a mean of something.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { Metric, type MetricOptions, type PairArguments, type UpdateOptions } from './metric.ts';
import { samplewiseValues } from './samplewise-values.ts';

/** Keeps a total and a count; subclasses say in `updateState` what is added. */
export abstract class RunningMean<A extends readonly unknown[] = PairArguments> extends Metric<A, Tensor> {
  readonly total: Variable;
  readonly count: Variable;

  constructor(options: MetricOptions) {
    super(options);
    this.total = this.addVariable([], { name: 'total', dtype: this.dtype });
    this.count = this.addVariable([], { name: 'count', dtype: this.dtype });
  }

  /** Adds values of any shape; without weights each sample counts 1. */
  protected add(given: ops.TensorLike, sampleWeight: ops.TensorLike | null | undefined): void {
    const { values, weight } = samplewiseValues(given, sampleWeight, ops.mean, this.dtype);
    const count = weight ? ops.sum(weight) : (values.shape[0] ?? 1);
    this.total.assign(ops.add(this.total.read(), ops.sum(values)));
    this.count.assign(ops.add(this.count.read(), ops.cast(count, this.dtype)));
  }

  override result(): Tensor {
    return ops.divideNoNan(this.total.read(), this.count.read());
  }
}

/**
 * The weighted mean of values of any shape.
 *
 * @example new metrics.Mean()([1, 3, 5, 7]).item() // 4
 */
export class Mean extends RunningMean<[values: ops.TensorLike, options?: UpdateOptions]> {
  constructor(options: MetricOptions = {}) {
    super({ name: 'mean', ...options });
  }

  override updateState(values: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    this.add(values, sampleWeight);
  }
}
