// Separable convolution of images.
import { BaseSeparableConv, type SeparableConvOptions } from './base-separable-conv.ts';

/**
 * (batch, height, width, channels) -> the same rank with `filters` channels.
 *
 * @example new layers.SeparableConv2D(64, 3, { padding: 'same' })(x)
 */
export class SeparableConv2D extends BaseSeparableConv {
  constructor(filters: number, kernelSize: number | readonly number[], options: SeparableConvOptions = {}) {
    super(2, filters, kernelSize, options);
  }
}
