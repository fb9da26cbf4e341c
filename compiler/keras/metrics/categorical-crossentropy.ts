// Mean cross-entropy of one-hot labels and predicted probabilities.
import { type CategoricalCrossentropyFunctionOptions, categoricalCrossentropy } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

export interface CategoricalCrossentropyOptions extends MetricOptions, CategoricalCrossentropyFunctionOptions {}

/** Mean cross-entropy of one-hot labels and predicted probabilities. */
export class CategoricalCrossentropy extends FunctionMetric<CategoricalCrossentropyFunctionOptions> {
  override readonly direction = 'down';

  constructor({ fromLogits = false, labelSmoothing = 0, axis = -1, ...options }: CategoricalCrossentropyOptions = {}) {
    super(categoricalCrossentropy, { fromLogits, labelSmoothing, axis }, { name: 'categorical_crossentropy', ...options });
  }
}
