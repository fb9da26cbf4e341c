// Convolution of images.
import { BaseConv, type ConvOptions } from './base-conv.ts';

/**
 * (batch, height, width, channels) -> the same rank with `filters` channels.
 *
 * @example new layers.Conv2D(32, 3, { activation: 'relu', padding: 'same' })(x)
 */
export class Conv2D extends BaseConv {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}) {
    super(2, filters, kernelSize, options);
  }
}
