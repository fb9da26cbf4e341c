// Zeros around images.
import { withFirst } from '../arguments.ts';
import { BaseZeroPadding, type ZeroPaddingOptions } from './base-zero-padding.ts';
import type { SpatialPairs } from './spatial-pairs.ts';

/**
 * (batch, height, width, channels) -> larger images. The padding may stand alone as first argument.
 *
 * @example new layers.ZeroPadding2D(1)(x)
 */
export class ZeroPadding2D extends BaseZeroPadding {
  constructor(padding?: SpatialPairs | ZeroPaddingOptions, options?: ZeroPaddingOptions) {
    super(2, withFirst<'padding', ZeroPaddingOptions>('padding', padding, options));
  }
}
