// One step of SimpleRNN.
import type { Tensor } from '../../../trace/tensor.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type DropoutMasks, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';
import type { States, StepResult } from './step-cell.ts';

/**
 * `h = activation(x W + h U + b)`: inputs (batch, features) and a state (batch, units) -> the same state twice.
 *
 * @example new layers.RNN(new layers.SimpleRNNCell(8))(x)
 */
export class SimpleRNNCell extends RecurrentCell {
  constructor(units: number, options: RecurrentCellOptions = {}) {
    super(units, options);
  }

  protected override get gates(): number {
    return 1;
  }

  protected override advance(projected: Tensor, [state]: States, masks: DropoutMasks): StepResult {
    const output = this.activation(
      ops.add(projected, this.multiplyGates(state as Tensor, this.recurrentKernel as Weight, masks.state)) as Tensor,
    );
    return [output, [output]];
  }
}
