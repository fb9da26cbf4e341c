// Transposed convolution of volumes.
import { BaseConvTranspose, type ConvTransposeLayerOptions } from './base-conv-transpose.ts';

/**
 * (batch, depth, height, width, channels) -> larger volumes with `filters` channels.
 *
 * @example new layers.Conv3DTranspose(32, 3, { strides: 2, padding: 'same' })(x)
 */
export class Conv3DTranspose extends BaseConvTranspose {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeLayerOptions = {}) {
    super(3, filters, kernelSize, options);
  }
}
