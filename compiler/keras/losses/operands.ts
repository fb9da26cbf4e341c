// How the arguments of loss functions become tensors.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { matchRanks } from './reduce-loss.ts';

/** Targets in the dtype of the predictions. */
export function operandsOf(yTrue: ops.TensorLike, yPred: ops.TensorLike): readonly [Tensor, Tensor] {
  const predictions = ops.convertToTensor(yPred);
  return [ops.cast(yTrue, predictions.dtype), predictions];
}

/** As `operandsOf`, with equal ranks where a last axis of size 1 makes the difference. */
export const matchedOperands = (yTrue: ops.TensorLike, yPred: ops.TensorLike): readonly [Tensor, Tensor] =>
  matchRanks(...operandsOf(yTrue, yPred));

/** `y (1 - smoothing) + smoothing / classes`. */
export const smoothLabels = (labels: Tensor, smoothing: number, classes: number): Tensor =>
  smoothing === 0 ? labels : ops.add(ops.multiply(labels, 1 - smoothing), smoothing / classes);
