// Cross-entropy of labels 0 and 1 that weighs by `(1 - p)^gamma`, so that hard samples count more.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf, smoothLabels } from './operands.ts';

export interface BinaryFocalCrossentropyFunctionOptions {
  /** Whether predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** 0 to 1: how far labels are drawn to the uniform distribution. */
  readonly labelSmoothing?: number;
  /** The class axis. */
  readonly axis?: number;
  /** Whether to weigh the classes by alpha. */
  readonly applyClassBalancing?: boolean;
  /** Weight of the positive class, or of all. */
  readonly alpha?: number;
  /** How much easy samples count less. */
  readonly gamma?: number;
}

export interface BinaryFocalCrossentropyOptions extends LossOptions, BinaryFocalCrossentropyFunctionOptions {}

/** `label positive + (1 - label) negative`. */
const mix = (label: Tensor, positive: ops.TensorLike, negative: ops.TensorLike): Tensor =>
  ops.add(ops.multiply(label, positive), ops.multiply(ops.subtract(1, label), negative));

/** Cross-entropy of labels 0 and 1 that weighs by `(1 - p)^gamma`, so that hard samples count more. */
export function binaryFocalCrossentropy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  {
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
    applyClassBalancing = false,
    alpha = 0.25,
    gamma = 2,
  }: BinaryFocalCrossentropyFunctionOptions = {},
): Tensor {
  const [targets, given] = operandsOf(yTrue, yPred);
  const labels = smoothLabels(targets, labelSmoothing, 2);
  const predictions = fromLogits ? ops.sigmoid(given) : given;
  const probability = mix(labels, predictions, ops.subtract(1, predictions));
  const focal = ops.multiply(ops.power(ops.subtract(1, probability), gamma), ops.binaryCrossentropy(labels, predictions));
  return ops.mean(applyClassBalancing ? ops.multiply(mix(labels, alpha, 1 - alpha), focal) : focal, { axis });
}

/** `binaryFocalCrossentropy` as a loss. */
export class BinaryFocalCrossentropy extends FunctionLoss<BinaryFocalCrossentropyFunctionOptions> {
  constructor({
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
    applyClassBalancing = false,
    alpha = 0.25,
    gamma = 2,
    ...options
  }: BinaryFocalCrossentropyOptions = {}) {
    super(
      binaryFocalCrossentropy,
      { fromLogits, labelSmoothing, axis, applyClassBalancing, alpha, gamma },
      { name: 'binary_focal_crossentropy', ...options },
    );
  }
}
