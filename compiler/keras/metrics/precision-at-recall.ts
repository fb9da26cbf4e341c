// The best precision where recall is at least a given value.
import type { Tensor } from '../../trace/tensor.ts';
import { BestAtConstraint, type BestAtConstraintOptions, type Shares } from './best-at-constraint.ts';
import { type FourCounts, shareOf } from './four-counts.ts';

/**
 * The best precision where recall is at least a given value. Labels are 0 and 1.
 *
 * @example new metrics.PrecisionAtRecall(0.5)
 */
export class PrecisionAtRecall extends BestAtConstraint {
  static readonly positional: readonly string[] = ['recall'];

  constructor(recall: number, options: BestAtConstraintOptions = {}) {
    super('recall', recall, options);
  }

  protected override shares({ truePositives, falsePositives, falseNegatives }: FourCounts<Tensor>): Shares {
    return { constrained: shareOf(truePositives, falseNegatives), wanted: shareOf(truePositives, falsePositives) };
  }
}
