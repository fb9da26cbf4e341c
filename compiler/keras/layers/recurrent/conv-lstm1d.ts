// The convolutional LSTM over 1 spatial dimension.
import { BaseConvLSTM, type ConvLSTMOptions } from './base-conv-lstm.ts';

/**
 * (batch, time, steps, channels) -> the same without time and with `filters` channels.
 *
 * @example new layers.ConvLSTM1D(8, 3, { padding: 'same' })(x)
 */
export class ConvLSTM1D extends BaseConvLSTM {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    super(1, filters, kernelSize, options);
  }
}
