// The mean over all of images.
import { BaseGlobalPooling, type GlobalPoolingOptions } from './base-global-pooling.ts';

/** (batch, height, width, channels) -> (batch, channels). */
export class GlobalAveragePooling2D extends BaseGlobalPooling {
  constructor(options: GlobalPoolingOptions = {}) {
    super('average', 2, options);
  }
}
