// Convolution of sequences.
import { BaseConv, type ConvOptions } from './base-conv.ts';

/**
 * (batch, steps, channels) -> the same rank with `filters` channels; padding may be `causal`.
 *
 * @example new layers.Conv1D(32, 5, { activation: 'relu', padding: 'same' })(x)
 */
export class Conv1D extends BaseConv {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}) {
    super(1, filters, kernelSize, options);
  }
}
