// Convolutional LSTM layers of any number of spatial dimensions.
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { ShapeStructure } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { CellLayer, cellOptions } from './cell-layer.ts';
import { ConvLSTMCell, type ConvLSTMCellOptions } from './conv-lstm-cell.ts';
import type { RNNOptions } from './rnn.ts';
import type { States } from './step-cell.ts';

export type ConvLSTMOptions = RNNOptions & Omit<ConvLSTMCellOptions, 'activityRegularizer'>;

export abstract class BaseConvLSTM extends CellLayer {
  static override readonly positional: readonly string[] = ['filters', 'kernelSize'];

  declare readonly cell: ConvLSTMCell;

  constructor(rank: number, filters: number, kernelSize: number | readonly number[], options: ConvLSTMOptions = {}) {
    const cell = new ConvLSTMCell(rank, filters, kernelSize, cellOptions(options as ConvLSTMCellOptions, 'conv_lstm_cell'));
    super(cell, options, rank + 3);
  }

  protected override emptyOutput([hidden]: States): Tensor {
    return ops.zerosLike(hidden as Tensor);
  }

  override computeOutputShape(sequencesShape: ShapeStructure): ShapeStructure {
    const [batch = null, time = null, ...step] = sequencesShape as KerasShape;
    const state = this.cell.stateShape([batch, ...step]);
    const output = this.returnSequences ? [batch, time, ...state.slice(1)] : state;
    return this.returnState ? [output, state, state] : output;
  }
}
