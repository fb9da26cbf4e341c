// `mean(pred - true log(pred))`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf } from './operands.ts';

/** `mean(pred - true log(pred))`. Over the last axis. */
export function poisson(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const logs = ops.log(ops.add(predictions, epsilon()));
  return ops.mean(ops.subtract(predictions, ops.multiply(targets, logs)), { axis: -1 });
}

/** `poisson` as a loss. */
export class Poisson extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(poisson, {}, { name: 'poisson', ...options });
  }
}
