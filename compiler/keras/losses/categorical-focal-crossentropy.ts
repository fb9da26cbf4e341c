// Cross-entropy of one-hot labels that weighs by `alpha (1 - p)^gamma`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf, smoothLabels } from './operands.ts';

export interface CategoricalFocalCrossentropyFunctionOptions {
  /** Whether predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** 0 to 1: how far labels are drawn to the uniform distribution. */
  readonly labelSmoothing?: number;
  /** The class axis. */
  readonly axis?: number;
  /** Weight of the positive class, or of all. */
  readonly alpha?: number;
  /** How much easy samples count less. */
  readonly gamma?: number;
}

export interface CategoricalFocalCrossentropyOptions extends LossOptions, CategoricalFocalCrossentropyFunctionOptions {}

/** Cross-entropy of one-hot labels that weighs by `alpha (1 - p)^gamma`. */
export function categoricalFocalCrossentropy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { fromLogits = false, labelSmoothing = 0, axis = -1, alpha = 0.25, gamma = 2 }: CategoricalFocalCrossentropyFunctionOptions = {},
): Tensor {
  const [targets, given] = operandsOf(yTrue, yPred);
  const labels = smoothLabels(targets, labelSmoothing, targets.shape.at(-1) ?? 1);
  const predictions = fromLogits ? ops.softmax(given, { axis }) : given;
  const shares = ops.divide(predictions, ops.sum(predictions, { axis, keepdims: true }));
  const output = ops.clip(shares, epsilon(), 1 - epsilon());
  const entropy = ops.negative(ops.multiply(labels, ops.log(output)));
  const weight = ops.multiply(ops.power(ops.subtract(1, output), gamma), alpha);
  return ops.sum(ops.multiply(weight, entropy), { axis });
}

/** `categoricalFocalCrossentropy` as a loss. */
export class CategoricalFocalCrossentropy extends FunctionLoss<CategoricalFocalCrossentropyFunctionOptions> {
  constructor({
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
    alpha = 0.25,
    gamma = 2,
    ...options
  }: CategoricalFocalCrossentropyOptions = {}) {
    super(
      categoricalFocalCrossentropy,
      { fromLogits, labelSmoothing, axis, alpha, gamma },
      { name: 'categorical_focal_crossentropy', ...options },
    );
  }
}
