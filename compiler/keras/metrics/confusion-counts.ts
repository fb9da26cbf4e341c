// Counts of true and false positives and negatives at each of several thresholds.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import { matchRanks } from '../losses/reduce-loss.ts';
import * as ops from '../ops/index.ts';
import { LOWEST, type ThresholdList } from './thresholds.ts';

/** What is counted, each of shape (thresholds,), or (thresholds, labels) where labels are counted apart. */
export interface ConfusionCounts<T> {
  readonly truePositives?: T;
  readonly falsePositives?: T;
  readonly trueNegatives?: T;
  readonly falseNegatives?: T;
}

export interface CountOptions {
  readonly thresholds: ThresholdList;
  readonly sampleWeight?: ops.TensorLike | null | undefined;
  /** Only the k best predictions of a sample count as predicted. */
  readonly topK?: number | null;
  /** Only this class counts. */
  readonly classId?: number | null;
  /** Whether each column is a label that is counted apart. */
  readonly multiLabel?: boolean;
  /** How much each column counts; not together with `multiLabel`. */
  readonly labelWeights?: Tensor | undefined;
}

/** Labels as 0 and 1, predictions, and weights of the same shape. */
interface Samples {
  readonly labels: Tensor;
  readonly predictions: Tensor;
  readonly weights: Tensor | undefined;
}

/** Adds the counts of a batch to those of the variables that are given. */
export function addConfusionCounts(
  variables: ConfusionCounts<Variable>,
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  options: CountOptions,
): void {
  const known = Object.entries(variables) as [keyof ConfusionCounts<Variable>, Variable][];
  const [, { dtype }] = known[0] as (typeof known)[number];
  const samples = prepareSamples(yTrue, yPred, options, dtype);
  const count = options.thresholds.areEven ? countInBuckets : countByComparison;
  const counts = count(samples, options.thresholds.values, options.multiLabel ?? false);
  for (const [name, variable] of known) variable.assign(ops.add(variable.read(), counts[name]));
}

/** All four: tensors are lazy, those that nobody reads are not computed. */
type Counts = Required<ConfusionCounts<Tensor>>;

function prepareSamples(yTrue: ops.TensorLike, yPred: ops.TensorLike, options: CountOptions, dtype: DType): Samples {
  const { classId = null, topK = null, sampleWeight } = options;
  const [given, labels] = matchRanks(ops.cast(yPred, dtype), ops.cast(yTrue, dtype));
  const predictions = topK === null ? given : keepBest(given, topK);
  const own = sampleWeight === null || sampleWeight === undefined ? undefined : ops.expandDims(ops.cast(sampleWeight, dtype), -1);
  const sample = own && matchRanks(labels, own, { expandRank1: false })[1];
  const chosen = [labels, predictions].map((x) => (classId === null ? x : selectClass(x, classId))) as [Tensor, Tensor];
  const shape = chosen[1].shape;
  const label = options.labelWeights && ops.broadcastTo(ops.cast(ops.expandDims(options.labelWeights, 0), dtype), shape);
  const bySample = sample && ops.broadcastTo(sample, shape);
  return {
    labels: ops.cast(ops.cast(chosen[0], 'bool'), dtype),
    predictions: chosen[1],
    weights: bySample && label ? ops.multiply(bySample, label) : (bySample ?? label),
  };
}

/** The k largest elements of each row; the others get the lowest score. */
function keepBest(x: Tensor, k: number): Tensor {
  const [, indices] = ops.topK(x, k) as [Tensor, Tensor];
  const isBest = ops.sum(ops.oneHot(indices, x.shape.at(-1) as number, { axis: -1 }), { axis: -2 });
  return ops.add(ops.multiply(x, isBest), ops.multiply(ops.subtract(1, isBest), LOWEST));
}

function selectClass(x: Tensor, classId: number): Tensor {
  if (x.rank > 1) return ops.getItem(x, ['...', classId, null]);
  throw new ValueError(
    `When class_id is provided, y_pred must be a 2D array with shape (num_samples, num_classes), found shape: ${formatShape(x.shape)}`,
    { code: 'metric-shape' },
  );
}

/** Compares every prediction with every threshold. Labels apart: axes (thresholds, samples, labels); else (thresholds, elements). */
function countByComparison({ labels, predictions, weights }: Samples, thresholds: readonly number[], multiLabel: boolean): Counts {
  const [truth, scores, factors] = [labels, predictions, weights].map(
    (x) => x && ops.expandDims(multiLabel ? x : ops.reshape(x, [-1]), 0),
  ) as [Tensor, Tensor, Tensor | undefined];
  const limits = ops.cast(thresholds, predictions.dtype);
  const isPredicted = ops.greater(scores, ops.reshape(limits, [-1, ...scores.shape.slice(1).map(() => 1)]));
  const isTrue = ops.cast(truth, 'bool');
  const count = (label: Tensor, predicted: Tensor): Tensor => {
    const hits = ops.cast(ops.logicalAnd(label, predicted), predictions.dtype);
    return ops.sum(factors ? ops.multiply(hits, factors) : hits, { axis: 1 });
  };
  return {
    truePositives: count(isTrue, isPredicted),
    falsePositives: count(ops.logicalNot(isTrue), isPredicted),
    trueNegatives: count(ops.logicalNot(isTrue), ops.logicalNot(isPredicted)),
    falseNegatives: count(isTrue, ops.logicalNot(isPredicted)),
  };
}

/**
 * Even thresholds: a prediction exceeds the first `ceil(prediction (n - 1))` of them. Each sample goes into the bucket of that
 * number, and the sum of the buckets above `t` counts the samples that exceed threshold `t`.
 */
function countInBuckets({ labels, predictions, weights }: Samples, thresholds: readonly number[], multiLabel: boolean): Counts {
  const columns = (x: Tensor): Tensor => (multiLabel ? ops.transpose(x) : ops.reshape(x, [1, -1]));
  const factors = weights ? columns(weights) : ops.cast(1, labels.dtype);
  const positives = ops.multiply(columns(labels), factors);
  const negatives = ops.multiply(ops.subtract(1, columns(labels)), factors);
  const buckets = bucketsOf(columns(predictions), thresholds);
  const shape = multiLabel ? [thresholds.length, labels.shape[1] as number] : [thresholds.length];
  const exceeding = (values: Tensor): Tensor => ops.reshape(ops.transpose(sumAbove(values, buckets, thresholds.length)), shape);
  const [truePositives, falsePositives] = [exceeding(positives), exceeding(negatives)];
  const total = (values: Tensor): Tensor => ops.sum(values, multiLabel ? { axis: 1 } : {});
  return {
    truePositives,
    falsePositives,
    trueNegatives: ops.subtract(total(negatives), falsePositives),
    falseNegatives: ops.subtract(total(positives), truePositives),
  };
}

/** How many thresholds each prediction exceeds. */
function bucketsOf(predictions: Tensor, thresholds: readonly number[]): Tensor {
  const places = ops.multiply(ops.clip(predictions, 0, 1), thresholds.length - 1);
  const buckets = ops.cast(ops.ceil(places), 'int32');
  // A first threshold a little below 0 is exceeded by predictions of 0.
  const isLowered = (thresholds[0] as number) < 0 || (thresholds.at(-1) as number) > 1;
  return isLowered ? ops.maximum(buckets, 1) : buckets;
}

/** For each label the sums of the values in the buckets above 0, ..., above `count - 1`: (labels, samples) -> (labels, count). */
function sumAbove(values: Tensor, buckets: Tensor, count: number): Tensor {
  const [labels] = values.shape as readonly [number, number];
  const first = ops.multiply(ops.arange(labels, { dtype: 'int32' }), count + 1);
  const ids = ops.reshape(ops.add(buckets, ops.expandDims(first, 1)), [-1]);
  const sums = ops.segmentSum(ops.reshape(values, [-1]), ids, { numSegments: labels * (count + 1) });
  const fromEnd = ops.cumsum(ops.flip(ops.reshape(sums, [labels, count + 1]), { axis: 1 }), { axis: 1 });
  return ops.slice(ops.flip(fromEnd, { axis: 1 }), [0, 1], [labels, count]);
}
