// The mean of volumes in a fixed number of parts.
import { type AdaptivePoolingOptions, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/** (batch, depth, height, width, channels) -> the same rank with spatial sizes `outputSize`. */
export class AdaptiveAveragePooling3D extends BaseAdaptivePooling {
  constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions = {}) {
    super('average', 3, outputSize, options);
  }
}
