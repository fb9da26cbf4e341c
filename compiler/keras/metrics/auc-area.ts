// Areas under curves that are given by counts at descending shares of positives.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { type FourCounts, shareOf } from './four-counts.ts';

/** ROC: recall over the false positive rate. PR: precision over recall. PRGAIN: both as gains over the share of positives. */
export type AucCurve = 'ROC' | 'PR' | 'PRGAIN';

/** The height between two points: their mean (interpolated along counts for PR), the smaller, or the larger. */
export type AucSummation = 'interpolation' | 'minoring' | 'majoring';

/** The terms whose sum over axis 0 is the area: (thresholds - 1,) or (thresholds - 1, labels). */
export function areaTerms(counts: FourCounts<Tensor>, curve: AucCurve, summation: AucSummation): Tensor {
  if (curve === 'PR' && summation === 'interpolation') return interpolatedTerms(counts);
  const [x, y] = pointsOf(counts, curve);
  return ops.multiply(ops.subtract(left(x), right(x)), heightsOf(y, summation));
}

/** All points but the last, and all but the first: the ends of the steps. */
const left = (x: Tensor): Tensor => ops.getItem(x, { stop: -1 });
const right = (x: Tensor): Tensor => ops.getItem(x, { start: 1 });

function heightsOf(y: Tensor, summation: AucSummation): Tensor {
  if (summation === 'minoring') return ops.minimum(left(y), right(y));
  if (summation === 'majoring') return ops.maximum(left(y), right(y));
  return ops.divide(ops.add(left(y), right(y)), 2);
}

function pointsOf(counts: FourCounts<Tensor>, curve: AucCurve): readonly [Tensor, Tensor] {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const recall = shareOf(truePositives, falseNegatives);
  if (curve === 'ROC') return [shareOf(falsePositives, trueNegatives), recall];
  return curve === 'PR' ? [recall, shareOf(truePositives, falsePositives)] : gainsOf(counts);
}

/** Gains of recall and precision. See "Precision-Recall-Gain Curves" (Flach, Kull 2015). */
function gainsOf({ truePositives, falsePositives, trueNegatives, falseNegatives }: FourCounts<Tensor>): readonly [Tensor, Tensor] {
  const ratio = ops.divideNoNan(ops.add(truePositives, falseNegatives), ops.add(trueNegatives, falsePositives));
  const gain = (errors: Tensor): Tensor => ops.subtract(1, ops.multiply(ratio, ops.divideNoNan(errors, truePositives)));
  const isNone = ops.equal(truePositives, 0);
  const recall = ops.where(isNone, 0, gain(falseNegatives)) as Tensor;
  return [ops.maximum(recall, 0), ops.where(isNone, 1, gain(falsePositives)) as Tensor];
}

/**
 * Precision and recall between two thresholds, where true positives grow linearly with all positives p:
 * the integral of `slope + intercept / p`. See "The Relationship Between Precision-Recall and ROC Curves" (Davis, Goadrich 2006).
 */
function interpolatedTerms({ truePositives, falsePositives, falseNegatives }: FourCounts<Tensor>): Tensor {
  const positives = ops.add(truePositives, falsePositives);
  const gained = ops.subtract(left(truePositives), right(truePositives));
  const slope = ops.divideNoNan(gained, ops.maximum(ops.subtract(left(positives), right(positives)), 0));
  const intercept = ops.subtract(right(truePositives), ops.multiply(slope, right(positives)));
  const isSafe = ops.logicalAnd(ops.greater(left(positives), 0), ops.greater(right(positives), 0));
  const ratio = ops.where(isSafe, ops.divideNoNan(left(positives), ops.maximum(right(positives), 0)), 1) as Tensor;
  const terms = ops.multiply(slope, ops.add(gained, ops.multiply(intercept, ops.log(ratio))));
  return ops.divideNoNan(terms, ops.maximum(ops.add(right(truePositives), right(falseNegatives)), 0));
}
