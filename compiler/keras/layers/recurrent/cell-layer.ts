// Recurrent layers that make their cell from their own options: SimpleRNN, LSTM, GRU and the ConvLSTMs.
import type { LayerOptions } from '../../engine/layer.ts';
import { RNN, type RNNOptions } from './rnn.ts';
import type { StepCell } from './step-cell.ts';

/** The options of the cell among those of the layer. */
export const cellOptions = <O extends LayerOptions>(options: O, name: string): O => ({
  ...options,
  name,
  activityRegularizer: undefined,
  inputShape: undefined,
});

export abstract class CellLayer extends RNN {
  constructor(cell: StepCell, options: RNNOptions, rank: number) {
    super(cell, options);
    this.inputSpec = { ndim: rank };
  }

  /** The cell's arguments stand among the layer's own. */
  override getConfig(): Record<string, unknown> {
    const { cell, ...own } = super.getConfig();
    return { activityRegularizer: null, ...(cell as StepCell).getConfig(), ...own };
  }
}
