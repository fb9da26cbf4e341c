// `1 - 2 sum(true pred) / (sum(true) + sum(pred))`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf } from './operands.ts';

export interface DiceFunctionOptions {
  /** The axes summed over. Default all. */
  readonly axis?: number | readonly number[] | null;
}

export interface DiceOptions extends LossOptions, DiceFunctionOptions {}

/** `1 - 2 sum(true pred) / (sum(true) + sum(pred))`. */
export function dice(yTrue: ops.TensorLike, yPred: ops.TensorLike, { axis = null }: DiceFunctionOptions = {}): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const common = ops.sum(ops.multiply(targets, predictions), { axis });
  const total = ops.add(ops.add(ops.sum(targets, { axis }), ops.sum(predictions, { axis })), epsilon());
  return ops.subtract(1, ops.divide(ops.multiply(common, 2), total));
}

/** `dice` as a loss. */
export class Dice extends FunctionLoss<DiceFunctionOptions> {
  constructor({ axis = null, ...options }: DiceOptions = {}) {
    super(dice, { axis }, { name: 'dice', ...options });
  }
}
