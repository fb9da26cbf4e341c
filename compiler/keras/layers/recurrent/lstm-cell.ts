// One step of an LSTM.
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { Weight } from '../../engine/weight.ts';
import type { InitializerFunction } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { forgetBias } from './forget-bias.ts';
import { type DropoutMasks, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';
import type { StateSize, States, StepResult } from './step-cell.ts';

export interface LSTMCellOptions extends RecurrentCellOptions {
  /** Of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: ActivationLike;
  /** Whether the bias of the forget gate begins at 1. Default true. */
  readonly unitForgetBias?: boolean;
}

/**
 * Inputs (batch, features) and the states h and c of (batch, units) -> h, and both states. With the gates i, f, o and the
 * candidate g, each of `x W + h U + b`: `c = f c + i g`, `h = o activation(c)`.
 *
 * @example new layers.RNN(new layers.LSTMCell(8))(x)
 */
export class LSTMCell extends RecurrentCell {
  readonly recurrentActivation: ActivationFunction;
  readonly unitForgetBias: boolean;

  constructor(units: number, options: LSTMCellOptions = {}) {
    super(units, options);
    this.recurrentActivation = getActivation(options.recurrentActivation === undefined ? 'sigmoid' : options.recurrentActivation);
    this.unitForgetBias = options.unitForgetBias ?? true;
  }

  protected override get gates(): number {
    return 4;
  }

  override get stateSize(): StateSize {
    return [this.units, this.units];
  }

  protected override get biasInitializer(): InitializerFunction {
    const { initializer } = this.biasSettings;
    return this.unitForgetBias ? forgetBias(this.units, initializer) : initializer;
  }

  protected override advance(projected: Tensor, [hidden, carry]: States, masks: DropoutMasks): StepResult {
    const sums = ops.add(projected, this.multiplyGates(hidden as Tensor, this.recurrentKernel as Weight, masks.state));
    const [i, f, g, o] = ops.split(sums, 4, { axis: -1 }) as [Tensor, Tensor, Tensor, Tensor];
    const kept = ops.multiply(this.recurrentActivation(f), carry as Tensor);
    const added = ops.multiply(this.recurrentActivation(i), this.activation(g));
    const nextCarry = ops.add(kept, added);
    const output = ops.multiply(this.recurrentActivation(o), this.activation(nextCarry));
    return [output, [output, nextCarry]];
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      recurrentActivation: serialize(this.recurrentActivation),
      unitForgetBias: this.unitForgetBias,
    };
  }
}
