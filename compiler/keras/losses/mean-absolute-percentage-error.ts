// `100 mean(|true - pred| / |true|)`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

/** `100 mean(|true - pred| / |true|)`. Over the last axis. */
export function meanAbsolutePercentageError(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  const scale = ops.maximum(ops.abs(targets), epsilon());
  const differences = ops.abs(ops.divide(ops.subtract(targets, predictions), scale));
  return ops.multiply(ops.mean(differences, { axis: -1 }), 100);
}

/** `meanAbsolutePercentageError` as a loss. */
export class MeanAbsolutePercentageError extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(meanAbsolutePercentageError, {}, { name: 'mean_absolute_percentage_error', ...options });
  }
}
