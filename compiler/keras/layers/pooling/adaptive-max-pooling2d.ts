// The maximum of images in a fixed number of parts.
import { type AdaptivePoolingOptions, BaseAdaptivePooling } from './base-adaptive-pooling.ts';

/** (batch, height, width, channels) -> the same rank with spatial sizes `outputSize`. */
export class AdaptiveMaxPooling2D extends BaseAdaptivePooling {
  constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions = {}) {
    super('max', 2, outputSize, options);
  }
}
