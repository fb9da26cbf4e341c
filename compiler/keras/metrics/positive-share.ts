// The base of precision and recall: true positives as a share of something.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { toFileCase } from '../saving/key-case.ts';
import { addConfusionCounts } from './confusion-counts.ts';
import { Metric, type MetricOptions, type PairArguments, type UpdateOptions } from './metric.ts';
import { LOWEST, parseThresholds, type ThresholdList, type Thresholds } from './thresholds.ts';

export interface PositiveShareOptions extends MetricOptions {
  /** Above it a prediction is positive; a list gives one result for each. Default 0.5, or none with `topK`. */
  readonly thresholds?: Thresholds;
  /** Only the k best predictions of a sample count as predicted. */
  readonly topK?: number | null;
  /** Only this class counts. */
  readonly classId?: number | null;
}

/** `tp / (tp + missed)`: a number, or (thresholds,) for several thresholds. */
export abstract class PositiveShare extends Metric<PairArguments, Tensor> {
  override readonly direction = 'up';
  readonly truePositives: Variable;
  readonly missed: Variable;
  readonly thresholds: ThresholdList;
  readonly #missedName: 'falsePositives' | 'falseNegatives';
  readonly #settings: Required<Omit<PositiveShareOptions, keyof MetricOptions>>;

  constructor(
    missed: 'falsePositives' | 'falseNegatives',
    { thresholds = null, topK = null, classId = null, ...options }: PositiveShareOptions,
  ) {
    super(options);
    this.#missedName = missed;
    this.#settings = { thresholds, topK, classId };
    this.thresholds = parseThresholds(thresholds, topK === null ? 0.5 : LOWEST);
    const shape = [this.thresholds.values.length];
    this.truePositives = this.addVariable(shape, { name: 'true_positives' });
    this.missed = this.addVariable(shape, { name: toFileCase(missed) });
  }

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    const { topK, classId } = this.#settings;
    const variables = { truePositives: this.truePositives, [this.#missedName]: this.missed };
    addConfusionCounts(variables, yTrue, yPred, { thresholds: this.thresholds, topK, classId, sampleWeight });
  }

  override result(): Tensor {
    const hits = this.truePositives.read();
    const shares = ops.divideNoNan(hits, ops.add(hits, this.missed.read()));
    return shares.size === 1 ? ops.reshape(shares, []) : shares;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.#settings };
  }
}
