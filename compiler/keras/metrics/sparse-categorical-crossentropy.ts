// Mean cross-entropy of integer labels and predicted probabilities.
import { type SparseCategoricalCrossentropyFunctionOptions, sparseCategoricalCrossentropy } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

export interface SparseCategoricalCrossentropyOptions extends MetricOptions, SparseCategoricalCrossentropyFunctionOptions {}

/** Mean cross-entropy of integer labels and predicted probabilities. */
export class SparseCategoricalCrossentropy extends FunctionMetric<SparseCategoricalCrossentropyFunctionOptions> {
  override readonly direction = 'down';

  constructor({ fromLogits = false, ignoreClass = null, axis = -1, ...options }: SparseCategoricalCrossentropyOptions = {}) {
    super(sparseCategoricalCrossentropy, { fromLogits, ignoreClass, axis }, { name: 'sparse_categorical_crossentropy', ...options });
  }
}
