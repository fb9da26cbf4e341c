// Zeros around volumes.
import { withFirst } from '../arguments.ts';
import { BaseZeroPadding, type ZeroPaddingOptions } from './base-zero-padding.ts';
import type { SpatialPairs } from './spatial-pairs.ts';

/**
 * (batch, depth, height, width, channels) -> larger volumes. The padding may stand alone as first argument.
 *
 * @example new layers.ZeroPadding3D(1)(x)
 */
export class ZeroPadding3D extends BaseZeroPadding {
  constructor(padding?: SpatialPairs | ZeroPaddingOptions, options?: ZeroPaddingOptions) {
    super(3, withFirst<'padding', ZeroPaddingOptions>('padding', padding, options));
  }
}
