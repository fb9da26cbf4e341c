// The best sensitivity where specificity is at least a given value.
import type { Tensor } from '../../trace/tensor.ts';
import { BestAtConstraint, type BestAtConstraintOptions, type Shares } from './best-at-constraint.ts';
import { type FourCounts, shareOf } from './four-counts.ts';

/**
 * The best sensitivity where specificity is at least a given value. Labels are 0 and 1.
 *
 * @example new metrics.SensitivityAtSpecificity(0.5)
 */
export class SensitivityAtSpecificity extends BestAtConstraint {
  static readonly positional: readonly string[] = ['specificity'];

  constructor(specificity: number, options: BestAtConstraintOptions = {}) {
    super('specificity', specificity, options);
  }

  protected override shares({ truePositives, falsePositives, trueNegatives, falseNegatives }: FourCounts<Tensor>): Shares {
    return { constrained: shareOf(trueNegatives, falsePositives), wanted: shareOf(truePositives, falseNegatives) };
  }
}
