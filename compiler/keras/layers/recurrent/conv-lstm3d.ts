// The convolutional LSTM over 3 spatial dimensions.
import { BaseConvLSTM, type ConvLSTMOptions } from './base-conv-lstm.ts';

/**
 * (batch, time, depth, rows, columns, channels) -> the same without time and with `filters` channels.
 *
 * @example new layers.ConvLSTM3D(8, 3, { padding: 'same' })(x)
 */
export class ConvLSTM3D extends BaseConvLSTM {
  constructor(filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    super(3, filters, kernelSize, options);
  }
}
