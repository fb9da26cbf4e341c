// `-sum(l2norm(true) l2norm(pred))`: -1 where directions agree.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

export interface CosineSimilarityFunctionOptions {
  /** The axis of the features. */
  readonly axis?: number;
}

export interface CosineSimilarityOptions extends LossOptions, CosineSimilarityFunctionOptions {}

/** `-sum(l2norm(true) l2norm(pred))`: -1 where directions agree. */
export function cosineSimilarity(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { axis = -1 }: CosineSimilarityFunctionOptions = {},
): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  const product = ops.multiply(ops.normalize(targets, { axis }), ops.normalize(predictions, { axis }));
  return ops.negative(ops.sum(product, { axis }));
}

/** `cosineSimilarity` as a loss. */
export class CosineSimilarity extends FunctionLoss<CosineSimilarityFunctionOptions> {
  constructor({ axis = -1, ...options }: CosineSimilarityOptions = {}) {
    super(cosineSimilarity, { axis }, { name: 'cosine_similarity', ...options });
  }
}
