// Drops channels of volumes while training.
import { BaseSpatialDropout, type SpatialDropoutOptions } from './base-spatial-dropout.ts';

/** (batch, depth, height, width, channels) -> the same shape; each channel of a sample is dropped with probability `rate`. */
export class SpatialDropout3D extends BaseSpatialDropout {
  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(3, rate, options);
  }
}
