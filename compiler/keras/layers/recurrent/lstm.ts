// The long short-term memory layer.
import { CellLayer, cellOptions } from './cell-layer.ts';
import { LSTMCell, type LSTMCellOptions } from './lstm-cell.ts';
import type { RNNOptions } from './rnn.ts';

export type LSTMOptions = RNNOptions & Omit<LSTMCellOptions, 'activityRegularizer'>;

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997): (batch, time, features) -> (batch, units).
 *
 * @example new layers.LSTM(32, { returnSequences: true })(x)
 */
export class LSTM extends CellLayer {
  static override readonly positional: readonly string[] = ['units'];

  constructor(units: number, options: LSTMOptions = {}) {
    super(new LSTMCell(units, cellOptions(options as LSTMCellOptions, 'lstm_cell')), options, 3);
  }
}
