// Zeros around sequences.
import { withFirst } from '../arguments.ts';
import { BaseZeroPadding, type ZeroPaddingOptions } from './base-zero-padding.ts';
import type { SpatialPairs } from './spatial-pairs.ts';

/**
 * (batch, steps, channels) -> larger sequences. The padding may stand alone as first argument.
 *
 * @example new layers.ZeroPadding1D(1)(x)
 */
export class ZeroPadding1D extends BaseZeroPadding {
  constructor(padding?: SpatialPairs | ZeroPaddingOptions, options?: ZeroPaddingOptions) {
    super(1, withFirst<'padding', ZeroPaddingOptions>('padding', padding, options));
  }
}
