// The mean of `|true - pred|`.
import { meanAbsoluteError } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `|true - pred|`. */
export class MeanAbsoluteError extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(meanAbsoluteError, {}, { name: 'mean_absolute_error', ...options });
  }
}
