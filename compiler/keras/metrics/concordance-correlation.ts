// How closely predictions agree with targets, shift and scale included: the concordance of Lin.
import type { Tensor } from '../../trace/tensor.ts';
import { epsilon } from '../engine/backend-config.ts';
import { matchedOperands } from '../losses/operands.ts';
import * as ops from '../ops/index.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

export interface ConcordanceCorrelationFunctionOptions {
  /** The axis along which values correlate. Default -1. */
  readonly axis?: number;
}

export interface ConcordanceCorrelationOptions extends MetricOptions, ConcordanceCorrelationFunctionOptions {}

/** `2 cov(true, pred) / (var(true) + var(pred) + (mean(true) - mean(pred))^2)`. From -1 to 1. */
export function concordanceCorrelation(
  yTrue: ops.TensorLike,
  yPred: ops.TensorLike,
  { axis = -1 }: ConcordanceCorrelationFunctionOptions = {},
): Tensor {
  const [targets, predictions] = matchedOperands(yTrue, yPred);
  const [centreOfTargets, centre] = [targets, predictions].map((x) => ops.mean(x, { axis, keepdims: true })) as [Tensor, Tensor];
  const variances = ops.add(ops.var(targets, { axis, keepdims: true }), ops.var(predictions, { axis, keepdims: true }));
  // Targets less the mean of the predictions, as Keras has it: over the axis that sums to the same covariance.
  const covariance = ops.multiply(ops.subtract(targets, centre), ops.subtract(predictions, centre));
  const scale = ops.add(variances, ops.square(ops.subtract(centreOfTargets, centre)));
  return ops.mean(ops.divide(ops.multiply(covariance, 2), ops.add(scale, epsilon())), { axis });
}

/** The mean concordance of Lin: how closely predictions agree with targets, shift and scale included. */
export class ConcordanceCorrelation extends FunctionMetric<ConcordanceCorrelationFunctionOptions> {
  override readonly direction = 'up';

  constructor({ axis = -1, ...options }: ConcordanceCorrelationOptions = {}) {
    super(concordanceCorrelation, { axis }, { name: 'concordance_correlation', ...options });
  }
}
