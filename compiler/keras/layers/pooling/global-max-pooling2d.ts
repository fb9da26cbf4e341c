// The maximum over all of images.
import { BaseGlobalPooling, type GlobalPoolingOptions } from './base-global-pooling.ts';

/** (batch, height, width, channels) -> (batch, channels). */
export class GlobalMaxPooling2D extends BaseGlobalPooling {
  constructor(options: GlobalPoolingOptions = {}) {
    super('max', 2, options);
  }
}
