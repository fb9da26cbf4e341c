// The mean of `sum(true log(true / pred))`.
import { klDivergence } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `sum(true log(true / pred))`. */
export class KLDivergence extends FunctionMetric {
  constructor(options: MetricOptions = {}) {
    super(klDivergence, {}, { name: 'kl_divergence', ...options });
  }
}
