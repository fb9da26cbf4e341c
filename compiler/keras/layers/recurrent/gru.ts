// The gated recurrent unit.
import { CellLayer, cellOptions } from './cell-layer.ts';
import { GRUCell, type GRUCellOptions } from './gru-cell.ts';
import type { RNNOptions } from './rnn.ts';

export type GRUOptions = RNNOptions & Omit<GRUCellOptions, 'activityRegularizer'>;

/**
 * Gated recurrent unit (Cho et al., 2014): (batch, time, features) -> (batch, units).
 *
 * @example new layers.GRU(32, { returnSequences: true })(x)
 */
export class GRU extends CellLayer {
  static override readonly positional: readonly string[] = ['units'];

  constructor(units: number, options: GRUOptions = {}) {
    super(new GRUCell(units, cellOptions(options as GRUCellOptions, 'gru_cell')), options, 3);
  }
}
