// The mean of `max(neg - pos + 1, 0)` for one-hot labels.
import { categoricalHinge } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `max(neg - pos + 1, 0)` for one-hot labels. */
export class CategoricalHinge extends FunctionMetric {
  override readonly direction = 'down';

  constructor(options: MetricOptions = {}) {
    super(categoricalHinge, {}, { name: 'categorical_hinge', ...options });
  }
}
