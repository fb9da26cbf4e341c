// Separable convolution of sequences.
import { BaseSeparableConv, type SeparableConvOptions } from './base-separable-conv.ts';

/**
 * (batch, steps, channels) -> the same rank with `filters` channels.
 *
 * @example new layers.SeparableConv1D(64, 3, { padding: 'same' })(x)
 */
export class SeparableConv1D extends BaseSeparableConv {
  constructor(filters: number, kernelSize: number | readonly number[], options: SeparableConvOptions = {}) {
    super(1, filters, kernelSize, options);
  }
}
