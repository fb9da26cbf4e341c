// The base of metrics that ask: how good is one share at best, where another is at least a given value?
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import { toFileCase } from '../saving/key-case.ts';
import { addConfusionCounts } from './confusion-counts.ts';
import { type FourCounts, FourCountsMetric, readCounts } from './four-counts.ts';
import type { MetricOptions, UpdateOptions } from './metric.ts';
import { evenThresholds, type ThresholdList } from './thresholds.ts';

export interface BestAtConstraintOptions extends MetricOptions {
  /** How many thresholds are tried. Default 200. */
  readonly numThresholds?: number;
  /** Only this class counts. */
  readonly classId?: number | null;
}

/** Shares by threshold. */
export interface Shares {
  /** Must reach the value. */
  readonly constrained: Tensor;
  /** Is to be as large as possible. */
  readonly wanted: Tensor;
}

export abstract class BestAtConstraint extends FourCountsMetric {
  readonly value: number;
  readonly thresholds: ThresholdList;
  readonly counts: FourCounts<Variable>;
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #classId: number | null;

  /** @param constraint the name of the share that must reach `value` */
  constructor(constraint: string, value: number, { numThresholds = 200, classId = null, ...options }: BestAtConstraintOptions) {
    super(options);
    const argument = toFileCase(constraint);
    if (value === undefined) {
      throw new TypeError(`${new.target.name}.__init__() missing 1 required positional argument: '${argument}'`);
    }
    if (!(value >= 0 && value <= 1)) {
      throw new ValueError(`Argument \`${argument}\` must be in the range [0, 1]. Received: ${argument}=${quote(value)}`, {
        code: 'metric-option',
      });
    }
    if (!(numThresholds > 0)) {
      throw new ValueError(`Argument \`num_thresholds\` must be an integer > 0. Received: num_thresholds=${quote(numThresholds)}`, {
        code: 'metric-option',
      });
    }
    this.value = value;
    this.#classId = classId;
    this.#settings = { numThresholds, classId, [constraint]: value };
    this.thresholds = evenThresholds(numThresholds);
    this.counts = this.addCounts([numThresholds]);
  }

  /** The two shares that the metric is about. */
  protected abstract shares(counts: FourCounts<Tensor>): Shares;

  override updateState(yTrue: ops.TensorLike, yPred: ops.TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    addConfusionCounts(this.counts, yTrue, yPred, { thresholds: this.thresholds, classId: this.#classId, sampleWeight });
  }

  override result(): Tensor {
    const { constrained, wanted } = this.shares(readCounts(this.counts));
    const feasible = ops.where(ops.greaterEqual(constrained, this.value), wanted, 0) as Tensor;
    return ops.max(feasible, { initial: 0 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.#settings };
  }
}
