// `sum(true log(true / pred))`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf } from './operands.ts';

/** `sum(true log(true / pred))`. Over the last axis. */
export function klDivergence(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred).map((x) => ops.clip(x, epsilon(), 1)) as [Tensor, Tensor];
  return ops.sum(ops.multiply(targets, ops.log(ops.divide(targets, predictions))), { axis: -1 });
}

/** `klDivergence` as a loss. */
export class KLDivergence extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(klDivergence, {}, { name: 'kl_divergence', ...options });
  }
}
