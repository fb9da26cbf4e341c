// Cuts the borders off images.
import { withFirst } from '../arguments.ts';
import { BaseCropping, type CroppingOptions } from './base-cropping.ts';
import type { SpatialPairs } from './spatial-pairs.ts';

/**
 * (batch, height, width, channels) -> smaller images. The cropping may stand alone as first argument.
 *
 * @example new layers.Cropping2D(1)(x)
 */
export class Cropping2D extends BaseCropping {
  constructor(cropping?: SpatialPairs | CroppingOptions, options?: CroppingOptions) {
    const given = withFirst<'cropping', CroppingOptions>('cropping', cropping, options);
    super(2, given.cropping ?? 0, given);
  }
}
