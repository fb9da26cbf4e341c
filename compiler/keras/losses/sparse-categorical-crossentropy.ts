// Cross-entropy of integer labels and predicted probabilities.
import type { Tensor } from '../../trace/tensor.ts';
import { setKerasMask } from '../engine/mask.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';

export interface SparseCategoricalCrossentropyFunctionOptions {
  /** Whether predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** A label of samples that do not count. */
  readonly ignoreClass?: number | null;
  /** The class axis. Default -1. */
  readonly axis?: number;
}

export interface SparseCategoricalCrossentropyOptions extends LossOptions, SparseCategoricalCrossentropyFunctionOptions {}

/** Cross-entropy of integer labels (batch, ...) and predicted probabilities (batch, ..., classes). */
export function sparseCategoricalCrossentropy(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { fromLogits = false, ignoreClass = null, axis = -1 }: SparseCategoricalCrossentropyFunctionOptions = {},
): Tensor {
  const predictions = ops.convertToTensor(yPred);
  const given = ops.convertToTensor(yTrue);
  const hasClassAxis = given.rank === predictions.rank && given.shape.at(axis) === 1;
  const labels = ops.cast(hasClassAxis ? ops.squeeze(given, { axis }) : given, 'int32');
  if (ignoreClass === null) return ops.sparseCategoricalCrossentropy(labels, predictions, { fromLogits, axis });
  const valid = ops.notEqual(labels, ignoreClass);
  const kept = ops.where(ops.expandDims(valid, axis), predictions, 0) as Tensor;
  const losses = ops.sparseCategoricalCrossentropy(ops.where(valid, labels, 0) as Tensor, kept, { fromLogits, axis });
  const masked = ops.where(valid, losses, 0) as Tensor;
  setKerasMask(masked, valid);
  return masked;
}

/** `sparseCategoricalCrossentropy` as a loss. */
export class SparseCategoricalCrossentropy extends FunctionLoss<SparseCategoricalCrossentropyFunctionOptions> {
  constructor({ fromLogits = false, ignoreClass = null, axis = -1, ...options }: SparseCategoricalCrossentropyOptions = {}) {
    super(sparseCategoricalCrossentropy, { fromLogits, ignoreClass, axis }, { name: 'sparse_categorical_crossentropy', ...options });
  }

  override getConfig(): Record<string, unknown> {
    // Keras does not write the axis.
    const { axis: _, ...config } = super.getConfig();
    return config;
  }
}
