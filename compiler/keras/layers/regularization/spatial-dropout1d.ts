// Drops channels of sequences while training.
import { BaseSpatialDropout, type SpatialDropoutOptions } from './base-spatial-dropout.ts';

/** (batch, steps, channels) -> the same shape; each channel of a sample is dropped with probability `rate`. */
export class SpatialDropout1D extends BaseSpatialDropout {
  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(1, rate, options);
  }
}
