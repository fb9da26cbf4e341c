// Drops channels of images while training.
import { BaseSpatialDropout, type SpatialDropoutOptions } from './base-spatial-dropout.ts';

/** (batch, height, width, channels) -> the same shape; each channel of a sample is dropped with probability `rate`. */
export class SpatialDropout2D extends BaseSpatialDropout {
  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(2, rate, options);
  }
}
