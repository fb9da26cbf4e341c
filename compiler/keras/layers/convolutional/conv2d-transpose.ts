// Transposed convolution of images.
import { BaseConvTranspose, type ConvTransposeLayerOptions } from './base-conv-transpose.ts';

/**
 * (batch, height, width, channels) -> larger images with `filters` channels.
 *
 * @example new layers.Conv2DTranspose(32, 3, { strides: 2, padding: 'same' })(x)
 */
export class Conv2DTranspose extends BaseConvTranspose {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeLayerOptions = {}) {
    super(2, filters, kernelSize, options);
  }
}
