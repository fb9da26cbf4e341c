// The base of metrics that count one kind of samples: true or false, positive or negative.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { addConfusionCounts, type ConfusionCounts } from './confusion-counts.ts';
import { Metric, type MetricOptions, type PairArguments, type UpdateOptions } from './metric.ts';
import { parseThresholds, type ThresholdList, type Thresholds } from './thresholds.ts';

export interface ConditionCountOptions extends MetricOptions {
  /** Above it a prediction is positive; a list gives one count for each. Default 0.5. */
  readonly thresholds?: Thresholds;
}

/** Counts what `counted` names: a number, or (thresholds,) for several thresholds. */
export abstract class ConditionCount extends Metric<PairArguments, Tensor> {
  readonly accumulator: Variable;
  readonly thresholds: ThresholdList;
  readonly #counted: keyof ConfusionCounts<unknown>;
  readonly #given: Thresholds;

  constructor(counted: keyof ConfusionCounts<unknown>, { thresholds = null, ...options }: ConditionCountOptions) {
    super(options);
    this.#counted = counted;
    this.#given = thresholds;
    this.thresholds = parseThresholds(thresholds);
    this.accumulator = this.addVariable([this.thresholds.values.length], { name: 'accumulator' });
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    addConfusionCounts({ [this.#counted]: this.accumulator }, yTrue, yPred, { thresholds: this.thresholds, sampleWeight });
  }

  override result(): Tensor {
    const counts = this.accumulator.read();
    return counts.size === 1 ? ops.reshape(counts, []) : counts;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), thresholds: this.#given };
  }
}
