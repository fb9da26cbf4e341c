// The mean of `pred - true log(pred)`.
import { poisson } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

/** The mean of `pred - true log(pred)`. */
export class Poisson extends FunctionMetric {
  constructor(options: MetricOptions = {}) {
    super(poisson, {}, { name: 'poisson', ...options });
  }
}
