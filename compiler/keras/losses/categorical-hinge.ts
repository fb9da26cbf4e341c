// `max(neg - pos + 1, 0)`: the best wrong class against the right one.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf } from './operands.ts';

/** `max(neg - pos + 1, 0)`: the best wrong class against the right one. Over the last axis. */
export function categoricalHinge(yTrue: ops.TensorLike, yPred: ops.TensorLike): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const right = ops.sum(ops.multiply(targets, predictions), { axis: -1 });
  const wrong = ops.max(ops.multiply(ops.subtract(1, targets), predictions), { axis: -1 });
  return ops.maximum(ops.add(ops.subtract(wrong, right), 1), 0);
}

/** `categoricalHinge` as a loss. */
export class CategoricalHinge extends FunctionLoss {
  constructor(options: LossOptions = {}) {
    super(categoricalHinge, {}, { name: 'categorical_hinge', ...options });
  }
}
