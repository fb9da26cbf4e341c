// Cuts the borders off volumes.
import { withFirst } from '../arguments.ts';
import { BaseCropping, type CroppingOptions } from './base-cropping.ts';
import type { SpatialPairs } from './spatial-pairs.ts';

/**
 * (batch, depth, height, width, channels) -> smaller volumes. The cropping may stand alone as first argument.
 *
 * @example new layers.Cropping3D(1)(x)
 */
export class Cropping3D extends BaseCropping {
  constructor(cropping?: SpatialPairs | CroppingOptions, options?: CroppingOptions) {
    const given = withFirst<'cropping', CroppingOptions>('cropping', cropping, options);
    super(3, given.cropping ?? 1, given);
  }
}
