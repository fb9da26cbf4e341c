// The mean of `(true - pred)^2`.
import { meanSquaredError } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `(true - pred)^2`. */
export class MeanSquaredError extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanSquaredError, {}, { name: 'mean_squared_error', ...options });
  }
}
