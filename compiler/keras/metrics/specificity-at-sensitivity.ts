// The best specificity where sensitivity is at least a given value.
import type { Tensor } from '../../trace/tensor.ts';
import { BestAtConstraint, type BestAtConstraintOptions, type Shares } from './best-at-constraint.ts';
import { type FourCounts, shareOf } from './four-counts.ts';

/**
 * The best specificity where sensitivity is at least a given value. Labels are 0 and 1.
 *
 * @example new metrics.SpecificityAtSensitivity(0.5)
 */
export class SpecificityAtSensitivity extends BestAtConstraint {
  static readonly positional: readonly string[] = ['sensitivity'];

  constructor(sensitivity: number, options: BestAtConstraintOptions = {}) {
    super('sensitivity', sensitivity, options);
  }

  protected override shares({ truePositives, falsePositives, trueNegatives, falseNegatives }: FourCounts<Tensor>): Shares {
    return { constrained: shareOf(truePositives, falseNegatives), wanted: shareOf(trueNegatives, falsePositives) };
  }
}
