// Convolution of volumes.
import { BaseConv, type ConvOptions } from './base-conv.ts';

/**
 * (batch, depth, height, width, channels) -> the same rank with `filters` channels.
 *
 * @example new layers.Conv3D(32, 3, { activation: 'relu', padding: 'same' })(x)
 */
export class Conv3D extends BaseConv {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}) {
    super(3, filters, kernelSize, options);
  }
}
