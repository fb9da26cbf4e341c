// The mean of sequences in a fixed number of parts.
import { type AdaptivePoolingOptions, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/** (batch, steps, channels) -> the same rank with spatial sizes `outputSize`. */
export class AdaptiveAveragePooling1D extends BaseAdaptivePooling {
  constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions = {}) {
    super('average', 1, outputSize, options);
  }
}
