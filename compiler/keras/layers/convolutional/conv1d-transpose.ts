// Transposed convolution of sequences.
import { BaseConvTranspose, type ConvTransposeLayerOptions } from './base-conv-transpose.ts';

/**
 * (batch, steps, channels) -> larger sequences with `filters` channels.
 *
 * @example new layers.Conv1DTranspose(32, 3, { strides: 2, padding: 'same' })(x)
 */
export class Conv1DTranspose extends BaseConvTranspose {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvTransposeLayerOptions = {}) {
    super(1, filters, kernelSize, options);
  }
}
