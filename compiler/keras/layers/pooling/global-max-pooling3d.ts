// The maximum over all of volumes.
import { BaseGlobalPooling, type GlobalPoolingOptions } from './base-global-pooling.ts';

/** (batch, depth, height, width, channels) -> (batch, channels). */
export class GlobalMaxPooling3D extends BaseGlobalPooling {
  constructor(options: GlobalPoolingOptions = {}) {
    super('max', 3, options);
  }
}
