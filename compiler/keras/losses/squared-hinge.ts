// `mean(max(1 - true pred, 0)^2)` for labels -1 and 1; labels 0 and 1 are converted.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf } from './operands.ts';
import { signedLabels } from './signed-labels.ts';

/** `mean(max(1 - true pred, 0)^2)` for labels -1 and 1; labels 0 and 1 are converted. Over the last axis. */
export function squaredHinge(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const margins = ops.subtract(1, ops.multiply(signedLabels(targets), predictions));
  return ops.mean(ops.square(ops.maximum(margins, 0)), { axis: -1 });
}

/** `squaredHinge` as a loss. */
export class SquaredHinge extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(squaredHinge, {}, { name: 'squared_hinge', ...options });
  }
}
