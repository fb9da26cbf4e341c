// `mean(|true - pred|)`.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

/** `mean(|true - pred|)`. Over the last axis. */
export function meanAbsoluteError(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  return ops.mean(ops.abs(ops.subtract(targets, predictions)), { axis: -1 });
}

/** `meanAbsoluteError` as a loss. */
export class MeanAbsoluteError extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(meanAbsoluteError, {}, { name: 'mean_absolute_error', ...options });
  }
}
