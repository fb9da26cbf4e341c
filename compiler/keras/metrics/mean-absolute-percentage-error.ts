// The mean of `100 |true - pred| / |true|`.
import { meanAbsolutePercentageError } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `100 |true - pred| / |true|`. */
export class MeanAbsolutePercentageError extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanAbsolutePercentageError, {}, { name: 'mean_absolute_percentage_error', ...options });
  }
}
