// Mean cross-entropy of labels 0 and 1 and their predicted probabilities.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf, smoothLabels } from './operands.ts';

export interface BinaryCrossentropyFunctionOptions {
  /** Whether predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** 0 to 1: how far labels are drawn to the uniform distribution. */
  readonly labelSmoothing?: number;
  /** The class axis. */
  readonly axis?: number;
}

export interface BinaryCrossentropyOptions extends LossOptions, BinaryCrossentropyFunctionOptions {}

/** Mean cross-entropy of labels 0 and 1 and their predicted probabilities. */
export function binaryCrossentropy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { fromLogits = false, labelSmoothing = 0, axis = -1 }: BinaryCrossentropyFunctionOptions = {},
): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const labels = smoothLabels(targets, labelSmoothing, 2);
  return ops.mean(ops.binaryCrossentropy(labels, predictions, { fromLogits }), { axis });
}

/** `binaryCrossentropy` as a loss. */
export class BinaryCrossentropy extends FunctionLoss<BinaryCrossentropyFunctionOptions> {
  constructor({ fromLogits = false, labelSmoothing = 0, axis = -1, ...options }: BinaryCrossentropyOptions = {}) {
    super(binaryCrossentropy, { fromLogits, labelSmoothing, axis }, { name: 'binary_crossentropy', ...options });
  }
}
