// The maximum over all of sequences.
import { BaseGlobalPooling, type GlobalPoolingOptions } from './base-global-pooling.ts';

/** (batch, steps, channels) -> (batch, channels). */
export class GlobalMaxPooling1D extends BaseGlobalPooling {
  constructor(options: GlobalPoolingOptions = {}) {
    super('max', 1, options);
  }
}
