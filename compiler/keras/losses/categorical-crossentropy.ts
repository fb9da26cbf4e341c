// Cross-entropy of one-hot labels and predicted probabilities.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf, smoothLabels } from './operands.ts';

export interface CategoricalCrossentropyFunctionOptions {
  /** Whether predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** 0 to 1: how far labels are drawn to the uniform distribution. */
  readonly labelSmoothing?: number;
  /** The class axis. */
  readonly axis?: number;
}

export interface CategoricalCrossentropyOptions extends LossOptions, CategoricalCrossentropyFunctionOptions {}

/** Cross-entropy of one-hot labels and predicted probabilities. */
export function categoricalCrossentropy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { fromLogits = false, labelSmoothing = 0, axis = -1 }: CategoricalCrossentropyFunctionOptions = {},
): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const labels = smoothLabels(targets, labelSmoothing, targets.shape.at(-1) ?? 1);
  return ops.categoricalCrossentropy(labels, predictions, { fromLogits, axis });
}

/** `categoricalCrossentropy` as a loss. */
export class CategoricalCrossentropy extends FunctionLoss<CategoricalCrossentropyFunctionOptions> {
  constructor({ fromLogits = false, labelSmoothing = 0, axis = -1, ...options }: CategoricalCrossentropyOptions = {}) {
    super(categoricalCrossentropy, { fromLogits, labelSmoothing, axis }, { name: 'categorical_crossentropy', ...options });
  }
}
