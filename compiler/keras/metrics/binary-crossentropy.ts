// Mean cross-entropy of labels 0 and 1 and their predicted probabilities.
import { binaryCrossentropy } from '../losses/all.ts';
import { FunctionMetric } from './function-metric.ts';
import type { MetricOptions } from './metric.ts';

interface BinaryCrossentropySettings {
  /** Whether predictions are logits, not probabilities. */
  readonly fromLogits?: boolean;
  /** 0 to 1: how far labels are drawn to the uniform distribution. */
  readonly labelSmoothing?: number;
}

export interface BinaryCrossentropyOptions extends MetricOptions, BinaryCrossentropySettings {}

/** Mean cross-entropy of labels 0 and 1 and their predicted probabilities. */
export class BinaryCrossentropy extends FunctionMetric<BinaryCrossentropySettings> {
  override readonly direction = 'down';

  constructor({ fromLogits = false, labelSmoothing = 0, ...options }: BinaryCrossentropyOptions = {}) {
    super(binaryCrossentropy, { fromLogits, labelSmoothing }, { name: 'binary_crossentropy', ...options });
  }
}
