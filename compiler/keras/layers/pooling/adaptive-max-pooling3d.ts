// The maximum of volumes in a fixed number of parts.
import { type AdaptivePoolingOptions, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/** (batch, depth, height, width, channels) -> the same rank with spatial sizes `outputSize`. */
export class AdaptiveMaxPooling3D extends BaseAdaptivePooling {
  constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions = {}) {
    super('max', 3, outputSize, options);
  }
}
