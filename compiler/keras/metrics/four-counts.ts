// The base of metrics that keep all four counts: true and false, positives and negatives.
import type { Shape } from '../../ir/shape.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';
import type { ConfusionCounts } from './confusion-counts.ts';
import { Metric, type PairArguments } from './metric.ts';

/** Counts by threshold, all of the same shape. */
export type FourCounts<T> = Required<ConfusionCounts<T>>;

export abstract class FourCountsMetric extends Metric<PairArguments, Tensor> {
  override readonly direction = 'up';

  /** Adds the variables, (thresholds,) or (thresholds, labels). */
  protected addCounts(shape: Shape): FourCounts<Variable> {
    return {
      truePositives: this.addVariable(shape, { name: 'true_positives' }),
      falsePositives: this.addVariable(shape, { name: 'false_positives' }),
      trueNegatives: this.addVariable(shape, { name: 'true_negatives' }),
      falseNegatives: this.addVariable(shape, { name: 'false_negatives' }),
    };
  }
}

/** The present values of the counts. */
export const readCounts = (counts: FourCounts<Variable>): FourCounts<Tensor> => ({
  truePositives: counts.truePositives.read(),
  falsePositives: counts.falsePositives.read(),
  trueNegatives: counts.trueNegatives.read(),
  falseNegatives: counts.falseNegatives.read(),
});

/** `part / (part + rest)`, 0 where both are. */
export const shareOf = (part: Tensor, rest: Tensor): Tensor => ops.divideNoNan(part, ops.add(part, rest));
