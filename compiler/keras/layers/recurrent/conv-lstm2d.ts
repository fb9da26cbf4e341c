// The convolutional LSTM over 2 spatial dimensions.
import { BaseConvLSTM, type ConvLSTMOptions } from './base-conv-lstm.ts';

/**
 * (batch, time, rows, columns, channels) -> the same without time and with `filters` channels.
 *
 * @example new layers.ConvLSTM2D(8, 3, { padding: 'same' })(x)
 */
export class ConvLSTM2D extends BaseConvLSTM {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    super(2, filters, kernelSize, options);
  }
}
