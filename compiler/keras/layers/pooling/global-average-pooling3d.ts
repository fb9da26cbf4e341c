// The mean over all of volumes.
import { BaseGlobalPooling, type GlobalPoolingOptions } from './base-global-pooling.ts';

/** (batch, depth, height, width, channels) -> (batch, channels). */
export class GlobalAveragePooling3D extends BaseGlobalPooling {
  constructor(options: GlobalPoolingOptions = {}) {
    super('average', 3, options);
  }
}
