// The fully connected recurrent layer.
import { CellLayer, cellOptions } from './cell-layer.ts';
import type { RecurrentCellOptions } from './recurrent-cell.ts';
import type { RNNOptions } from './rnn.ts';
import { SimpleRNNCell } from './simple-rnn-cell.ts';

export type SimpleRNNOptions = RNNOptions & Omit<RecurrentCellOptions, 'activityRegularizer'>;

/**
 * (batch, time, features) -> (batch, units), each output being the next state.
 *
 * @example new layers.SimpleRNN(8)(x)
 */
export class SimpleRNN extends CellLayer {
  static override readonly positional: readonly string[] = ['units'];

  constructor(units: number, options: SimpleRNNOptions = {}) {
    super(new SimpleRNNCell(units, cellOptions(options as RecurrentCellOptions, 'simple_rnn_cell')), options, 3);
  }
}
