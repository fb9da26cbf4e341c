// The best recall where precision is at least a given value.
import type { Tensor } from '../../trace/tensor.ts';
import { BestAtConstraint, type BestAtConstraintOptions, type Shares } from './best-at-constraint.ts';
import { type FourCounts, shareOf } from './four-counts.ts';

/**
 * The best recall where precision is at least a given value. Labels are 0 and 1.
 *
 * @example new metrics.RecallAtPrecision(0.5)
 */
export class RecallAtPrecision extends BestAtConstraint {
  static readonly positional: readonly string[] = ['precision'];

  constructor(precision: number, options: BestAtConstraintOptions = {}) {
    super('precision', precision, options);
  }

  protected override shares({ truePositives, falsePositives, falseNegatives }: FourCounts<Tensor>): Shares {
    return { constrained: shareOf(truePositives, falsePositives), wanted: shareOf(truePositives, falseNegatives) };
  }
}
