// `mean((true - pred)^2)`.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

/** `mean((true - pred)^2)`. Over the last axis. */
export function meanSquaredError(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  return ops.mean(ops.square(ops.subtract(targets, predictions)), { axis: -1 });
}

/** `meanSquaredError` as a loss. */
export class MeanSquaredError extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(meanSquaredError, {}, { name: 'mean_squared_error', ...options });
  }
}
