// `1 - common / (common + alpha falsePositives + beta falseNegatives)`.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import { FunctionLoss } from './function-loss.ts';
import type { LossOptions } from './loss.ts';
import { operandsOf } from './operands.ts';

export interface TverskyFunctionOptions {
  /** Weight of what was missed. */
  readonly alpha?: number;
  /** Weight of what was wrongly found. */
  readonly beta?: number;
  /** The axes summed over. Default all. */
  readonly axis?: number | readonly number[] | null;
}

export interface TverskyOptions extends LossOptions, TverskyFunctionOptions {}

/** `1 - common / (common + alpha falsePositives + beta falseNegatives)`. */
export function tversky(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { alpha = 0.5, beta = 0.5, axis = null }: TverskyFunctionOptions = {},
): Tensor {
  const [targets, predictions] = operandsOf(yTrue, yPred);
  const total = (x1: Tensor, x2: Tensor): Tensor => ops.sum(ops.multiply(x1, x2), { axis });
  const common = total(targets, predictions);
  const missed = ops.multiply(total(ops.subtract(1, predictions), targets), alpha);
  const wrong = ops.multiply(total(predictions, ops.subtract(1, targets)), beta);
  const all = ops.add(ops.add(ops.add(common, missed), wrong), epsilon());
  return ops.subtract(1, ops.divide(common, all));
}

/** `tversky` as a loss. */
export class Tversky extends FunctionLoss<TverskyFunctionOptions> {
  constructor({ alpha = 0.5, beta = 0.5, axis = null, ...options }: TverskyOptions = {}) {
    super(tversky, { alpha, beta, axis }, { name: 'tversky', ...options });
  }
}
