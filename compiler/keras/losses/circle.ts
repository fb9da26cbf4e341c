// Circle loss: embeddings of one label near each other, those of others apart.
import type { Tensor } from '../../trace/tensor.ts';
import { setKerasMask } from '../engine/mask.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';

export interface CircleFunctionOptions {
  /** Labels of the embeddings to compare with. Default `yTrue`. */
  readonly refLabels?: ops.TensorLike | null;
  /** Default `yPred`. */
  readonly refEmbeddings?: ops.TensorLike | null;
  /** Whether to leave out pairs of a sample with itself. Default true. */
  readonly removeDiagonal?: boolean;
  /** Default 80. */
  readonly gamma?: number;
  /** Default 0.4. */
  readonly margin?: number;
}

export interface CircleOptions extends LossOptions, Pick<CircleFunctionOptions, 'gamma' | 'margin' | 'removeDiagonal'> {}

const asColumn = (labels: Tensor): Tensor => (labels.rank === 1 ? ops.reshape(labels, [-1, 1]) : labels);

/** The logarithm of the sum of exponentials of the scores where the mask holds, row by row. */
const maskedLogSum = (mask: Tensor, scores: Tensor): Tensor =>
  ops.logsumexp(ops.where(mask, scores, Number.NEGATIVE_INFINITY) as Tensor, { axis: 1 });

/** Circle loss of labels (batch) and unit embeddings (batch, features). See https://arxiv.org/abs/2002.10857. */
export function circle(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { refLabels = null, refEmbeddings = null, removeDiagonal = true, gamma = 80, margin = 0.4 }: CircleFunctionOptions = {},
): Tensor {
  const embeddings = ops.convertToTensor(yPred);
  const labels = ops.cast(yTrue, 'int32');
  const others = refEmbeddings === null ? embeddings : ops.convertToTensor(refEmbeddings);
  const same = ops.equal(asColumn(labels), ops.transpose(asColumn(refLabels === null ? labels : ops.cast(refLabels, 'int32'))));
  const diagonal = ops.eye(same.shape[0] as number, { M: same.shape[1] as number, dtype: 'bool' });
  const positive = removeDiagonal ? ops.logicalAnd(same, ops.logicalNot(diagonal)) : same;
  const negative = ops.logicalNot(same);
  const distances = ops.maximum(ops.subtract(1, ops.matmul(embeddings, ops.transpose(others))), 0);
  const positiveWeights = ops.maximum(ops.add(distances, margin), 0);
  const negativeWeights = ops.maximum(ops.subtract(1 + margin, distances), 0);
  const positiveScores = ops.multiply(ops.multiply(positiveWeights, -gamma), ops.subtract(margin, distances));
  const negativeScores = ops.multiply(ops.multiply(negativeWeights, gamma), ops.subtract(1 - margin, distances));
  const losses = ops.softplus(ops.add(maskedLogSum(positive, positiveScores), maskedLogSum(negative, negativeScores)));
  // Samples without a pair do not count in a mean.
  setKerasMask(losses, ops.greater(losses, 0));
  return losses;
}

/** `circle` as a loss. */
export class Circle extends FunctionLoss<CircleFunctionOptions> {
  constructor({ gamma = 80, margin = 0.4, removeDiagonal = true, ...options }: CircleOptions = {}) {
    super(circle, { gamma, margin, removeDiagonal }, { name: 'circle', ...options });
  }
}
