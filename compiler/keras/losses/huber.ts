// `mean` of `error^2 / 2` up to delta, `delta |error| - delta^2 / 2` beyond.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { matchedOperands } from './operands.ts';

export interface HuberFunctionOptions {
  /** Where the quadratic part ends. */
  readonly delta?: number;
}

export interface HuberOptions extends LossOptions, HuberFunctionOptions {}

/** `mean` of `error^2 / 2` up to delta, `delta |error| - delta^2 / 2` beyond. */
export function huber(yTrue: ops.TensorLike, yPred: ops.TensorLike, { delta = 1 }: HuberFunctionOptions = {}): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  const error = ops.subtract(predictions, targets);
  const size = ops.abs(error);
  const linear = ops.subtract(ops.multiply(size, delta), 0.5 * delta * delta);
  const values = ops.where(ops.lessEqual(size, delta), ops.multiply(ops.square(error), 0.5), linear) as Tensor;
  return ops.mean(values, { axis: -1 });
}

/** `huber` as a loss. */
export class Huber extends FunctionLoss<HuberFunctionOptions> {
  constructor({ delta = 1, ...options }: HuberOptions = {}) {
    super(huber, { delta }, { name: 'huber_loss', ...options });
  }
}
