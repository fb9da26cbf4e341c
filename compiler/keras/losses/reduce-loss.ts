// From losses per sample to the number that is minimized: sample weights, masks, and the kinds of reduction.
import { quote, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';

/** `sum` adds; `sum_over_batch_size` and `mean` divide by the count, `mean_with_sample_weight` by the weights' sum. */
export type Reduction = 'sum_over_batch_size' | 'sum' | 'mean' | 'mean_with_sample_weight' | 'none' | null;

const REDUCTIONS: readonly unknown[] = ['sum_over_batch_size', 'sum', null, 'none', 'mean', 'mean_with_sample_weight'];

/** The reduction itself, if there is one of this name. */
export function checkReduction(reduction: Reduction): Reduction {
  if (REDUCTIONS.includes(reduction)) return reduction;
  throw new ValueError(
    `Invalid value for argument \`reduction\`. Expected one of ${REDUCTIONS.map(quote).join(', ')}. Received: reduction=${quote(reduction)}`,
    { code: 'loss-reduction' },
  );
}

/** Drops or adds a last axis of size 1 where the ranks differ by one, as Keras does with targets of shape (batch, 1). */
export function matchRanks(x1: Tensor, x2: Tensor, { expandRank1 = true } = {}): readonly [Tensor, Tensor] {
  if (x1.rank === x2.rank + 1 && x1.shape.at(-1) === 1) {
    return x2.rank === 1 && expandRank1 ? [x1, ops.expandDims(x2, -1)] : [ops.squeeze(x1, { axis: -1 }), x2];
  }
  if (x2.rank === x1.rank + 1 && x2.shape.at(-1) === 1) {
    return x1.rank === 1 && expandRank1 ? [ops.expandDims(x1, -1), x2] : [x1, ops.squeeze(x2, { axis: -1 })];
  }
  return [x1, x2];
}

export interface WeightedReduction {
  readonly sampleWeight?: ops.TensorLike | null | undefined;
  readonly mask?: Tensor | null | undefined;
  readonly reduction: Reduction;
  readonly dtype: DType;
}

/** Weights the values, masks them, and reduces them. */
export function reduceWeighted(values: Tensor, { sampleWeight, mask, reduction, dtype }: WeightedReduction): Tensor {
  const losses = ops.cast(values, dtype);
  const weight = applyMask(toDType(sampleWeight, dtype), toDType(mask, dtype), reduction);
  if (weight === undefined) return reduce(losses, undefined, reduction);
  const [matched, factors] = matchRanks(losses, weight);
  return reduce(ops.multiply(matched, factors), factors, reduction);
}

const toDType = (value: ops.TensorLike | null | undefined, dtype: DType): Tensor | undefined =>
  value === null || value === undefined ? undefined : ops.cast(ops.convertToTensor(value), dtype);

function reduce(values: Tensor, weight: Tensor | undefined, reduction: Reduction): Tensor {
  const isReduced = values.rank === 0 || (values.rank === 1 && values.shape[0] === 0);
  if (reduction === null || reduction === 'none' || isReduced) return values;
  const total = ops.sum(values);
  if (reduction === 'sum') return total;
  const divisor = reduction === 'mean_with_sample_weight' && weight ? ops.sum(weight) : values.size;
  return ops.divideNoNan(total, ops.cast(divisor, total.dtype));
}

/** The mask as weights: for a mean, the samples that count weigh total / valid, so that dividing by the total is right. */
export function applyMask(weight: Tensor | undefined, mask: Tensor | undefined, reduction: Reduction): Tensor | undefined {
  if (mask === undefined) return weight;
  const isMean = reduction === 'mean' || reduction === 'sum_over_batch_size';
  const factors = isMean ? ops.multiply(mask, ops.divideNoNan(ops.cast(mask.size, mask.dtype), ops.sum(mask))) : mask;
  if (weight === undefined) return factors;
  const [matched, weights] = matchRanks(factors, weight);
  return ops.multiply(weights, matched);
}
