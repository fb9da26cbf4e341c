// From values of any shape to one value per sample, weighted.
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { getKerasMask } from '../engine/mask.ts';
import { applyMask, matchRanks } from '../losses/reduce-loss.ts';
import * as ops from '../ops/index.ts';

export interface SamplewiseValues {
  readonly values: Tensor;
  /** Per sample; undefined where none were given. */
  readonly weight: Tensor | undefined;
}

type Reduce = (x: Tensor, options: { readonly axis: readonly number[] }) => Tensor;

/** The axes from `first` up to `end`. */
const axesBetween = (first: number, end: number): number[] => Array.from({ length: end - first }, (_, index) => first + index);

/** Values and weights of shape (batch,), where the other axes are reduced by `reduce`; scalars stay scalars. */
export function samplewiseValues(
  given: ops.TensorLike,
  sampleWeight: ops.TensorLike | null | undefined,
  reduce: Reduce,
  dtype: DType,
): SamplewiseValues {
  const mask = getKerasMask(given) as Tensor | undefined;
  const values = ops.cast(given, dtype);
  if (sampleWeight === null || sampleWeight === undefined) return { values: reduceSamples(values, reduce), weight: undefined };
  const own = ops.convertToTensor(sampleWeight, { dtype });
  const masked = applyMask(own, mask && ops.cast(mask, dtype), 'sum') as Tensor;
  const [matched, weight] = matchRanks(values, masked);
  // Values become as many axes as the weights have, then weights are repeated to their shape.
  const reduced = matched.rank > weight.rank ? reduce(matched, { axis: axesBetween(weight.rank, matched.rank) }) : matched;
  const spread = ops.broadcastTo(weight, reduced.shape);
  return {
    values: reduceSamples(ops.multiply(reduced, spread), reduce),
    weight: weight.rank > 1 ? reduce(spread, { axis: axesBetween(1, weight.rank) }) : spread,
  };
}

const reduceSamples = (values: Tensor, reduce: Reduce): Tensor =>
  values.rank > 1 ? reduce(values, { axis: axesBetween(1, values.rank) }) : values;
