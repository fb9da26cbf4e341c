// The mean of `(log(1 + true) - log(1 + pred))^2`.
import { meanSquaredLogarithmicError } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `(log(1 + true) - log(1 + pred))^2`. */
export class MeanSquaredLogarithmicError extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanSquaredLogarithmicError, {}, { name: 'mean_squared_logarithmic_error', ...options });
  }
}
