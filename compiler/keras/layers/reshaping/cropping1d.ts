// Cuts the borders off sequences.
import { withFirst } from '../arguments.ts';
import { BaseCropping, type CroppingOptions } from './base-cropping.ts';
import type { SpatialPairs } from './spatial-pairs.ts';

/**
 * (batch, steps, channels) -> smaller sequences. The cropping may stand alone as first argument.
 *
 * @example new layers.Cropping1D(1)(x)
 */
export class Cropping1D extends BaseCropping {
  constructor(cropping?: SpatialPairs | CroppingOptions, options?: CroppingOptions) {
    const given = withFirst<'cropping', CroppingOptions>('cropping', cropping, options);
    super(1, given.cropping ?? [1, 1], given);
  }
}
