// Cross-entropy that bears wrong labels.
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';

export interface CategoricalGeneralizedCrossEntropyFunctionOptions {
  /** Between 0 (cross-entropy) and 1 (absolute error). Default 0.5. */
  readonly q?: number;
}

export interface CategoricalGeneralizedCrossEntropyOptions extends LossOptions, CategoricalGeneralizedCrossEntropyFunctionOptions {}

/** `(1 - p^q) / q`, p the probability of the label. See https://arxiv.org/abs/1805.07836. */
export function categoricalGeneralizedCrossEntropy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { q = 0.5 }: CategoricalGeneralizedCrossEntropyFunctionOptions = {},
): Tensor {
  const predictions = ops.convertToTensor(yPred);
  const labels = ops.oneHot(ops.cast(yTrue, 'int32'), predictions.shape.at(-1) ?? 1, { dtype: predictions.dtype });
  const probability = ops.sum(ops.multiply(predictions, labels), { axis: -1 });
  return ops.divide(ops.subtract(1, ops.power(probability, q)), q);
}

/** `categoricalGeneralizedCrossEntropy` as a loss. */
export class CategoricalGeneralizedCrossEntropy extends FunctionLoss<CategoricalGeneralizedCrossEntropyFunctionOptions> {
  constructor({ q = 0.5, ...options }: CategoricalGeneralizedCrossEntropyOptions = {}) {
    if (!(q > 0 && q < 1)) throw new ValueError(`q must be in the interval (0, 1). Received: q=${quote(q)}`, { code: 'loss-option' });
    super(categoricalGeneralizedCrossEntropy, { q }, { name: 'categorical_generalized_cross_entropy', ...options });
  }
}
