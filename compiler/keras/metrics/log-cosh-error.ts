// The mean of `log(cosh(pred - true))`.
import { logCosh } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `log(cosh(pred - true))`. */
export class LogCoshError extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(logCosh, {}, { name: 'logcosh', ...options });
  }
}
