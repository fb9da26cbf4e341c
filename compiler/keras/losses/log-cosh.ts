// `mean(log(cosh(pred - true)))`.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

/** `mean(log(cosh(pred - true)))`. Over the last axis. */
export function logCosh(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  const error = ops.subtract(predictions, targets);
  // log(cosh(x)) = x + softplus(-2 x) - log(2), which does not overflow.
  const values = ops.subtract(ops.add(error, ops.softplus(ops.multiply(error, -2))), Math.LN2);
  return ops.mean(values, { axis: -1 });
}

/** `logCosh` as a loss. */
export class LogCosh extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(logCosh, {}, { name: 'log_cosh', ...options });
  }
}
