// `mean((log(true + 1) - log(pred + 1))^2)`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

/** `mean((log(true + 1) - log(pred + 1))^2)`. Over the last axis. */
export function meanSquaredLogarithmicError(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  const logOf = (x: Tensor): Tensor => ops.log(ops.add(ops.maximum(x, epsilon()), 1));
  return ops.mean(ops.square(ops.subtract(logOf(predictions), logOf(targets))), { axis: -1 });
}

/** `meanSquaredLogarithmicError` as a loss. */
export class MeanSquaredLogarithmicError extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(meanSquaredLogarithmicError, {}, { name: 'mean_squared_logarithmic_error', ...options });
  }
}
