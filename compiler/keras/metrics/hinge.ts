// The mean of `max(1 - true pred, 0)` for labels -1 and 1; labels 0 and 1 are converted.
import { hinge } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `max(1 - true pred, 0)` for labels -1 and 1; labels 0 and 1 are converted. */
export class Hinge extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(hinge, {}, { name: 'hinge', ...options });
  }
}
