// How closely predictions follow targets along a line: the correlation of Pearson.
import type { Tensor } from '../../trace/tensor.ts';
import { matchedOperands } from '../losses/operands.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

export interface PearsonCorrelationFunctionOptions {
  /** The axis along which values correlate. Default -1. */
  readonly axis?: number;
}

export interface PearsonCorrelationOptions extends MetricOptions, PearsonCorrelationFunctionOptions {}

/** `mean(z(true) z(pred))`, where z takes away the mean and divides by the standard deviation. From -1 to 1. */
export function pearsonCorrelation(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { axis = -1 }: PearsonCorrelationFunctionOptions = {},
): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  return ops.mean(ops.multiply(standardScore(targets, axis), standardScore(predictions, axis)), { axis });
}

function standardScore(x: Tensor, axis: number): Tensor {
  const centred = ops.subtract(x, ops.mean(x, { axis, keepdims: true }));
  return ops.divide(centred, ops.std(centred, { axis, keepdims: true }));
}

/** The mean correlation of Pearson: how closely predictions follow targets along a line. */
export class PearsonCorrelation extends FunctionMetric<PearsonCorrelationFunctionOptions> {
  override readonly direction = 'up';

  constructor({ axis = -1, ...options }: PearsonCorrelationOptions = {}) {
    super(pearsonCorrelation, { axis }, { name: 'pearson_correlation', ...options });
  }
}
