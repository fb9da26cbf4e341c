// One step of a GRU, in both of its forms.
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type DropoutMasks, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';
import type { States, StepResult } from './step-cell.ts';

export interface GRUCellOptions extends RecurrentCellOptions {
  /** Of the gates. Default `sigmoid`. */
  readonly recurrentActivation?: ActivationLike;
  /** Whether the reset gate applies after the recurrent product, which then has a bias of its own. Default true. */
  readonly resetAfter?: boolean;
}

/**
 * Inputs (batch, features) and the state h of (batch, units) -> h twice. With the gates z and r of `x W + h U + b`:
 * `h = z h + (1 - z) activation(x W + r (h U + b))`, or `(r h) U` for the last product if `resetAfter` is false.
 *
 * @example new layers.RNN(new layers.GRUCell(8))(x)
 */
export class GRUCell extends RecurrentCell {
  readonly recurrentActivation: ActivationFunction;
  readonly resetAfter: boolean;

  constructor(units: number, options: GRUCellOptions = {}) {
    super(units, options);
    this.recurrentActivation = getActivation(options.recurrentActivation === undefined ? 'sigmoid' : options.recurrentActivation);
    this.resetAfter = options.resetAfter ?? true;
  }

  protected override get gates(): number {
    return 3;
  }

  protected override get biasShape(): readonly number[] {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  protected override get inputBias(): Tensor | undefined {
    return this.bias && this.resetAfter ? ops.getItem(this.bias, 0) : super.inputBias;
  }

  protected override advance(projected: Tensor, [state]: States, masks: DropoutMasks): StepResult {
    const hidden = state as Tensor;
    const [xz, xr, xh] = ops.split(projected, 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
    const gate = (x: Tensor, h: Tensor): Tensor => this.recurrentActivation(ops.add(x, h));
    let update: Tensor;
    let recurrent: Tensor;
    if (this.resetAfter) {
      const [hz, hr, hh] = ops.split(this.#recurrentSums(hidden, masks), 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
      update = gate(xz, hz);
      recurrent = ops.multiply(gate(xr, hr), hh);
    } else {
      const [uz, ur, uh] = ops.split(this.recurrentKernel as Weight, 3, { axis: 1 }) as [Tensor, Tensor, Tensor];
      const dropped = (index: number): Tensor => (masks.state[index] ? ops.multiply(hidden, masks.state[index]) : hidden);
      update = gate(xz, ops.matmul(dropped(0), uz));
      recurrent = ops.matmul(ops.multiply(gate(xr, ops.matmul(dropped(1), ur)), dropped(2)), uh);
    }
    const candidate = this.activation(ops.add(xh, recurrent));
    const output = ops.add(ops.multiply(update, hidden), ops.multiply(ops.subtract(1, update), candidate));
    return [output, [output]];
  }

  #recurrentSums(hidden: Tensor, masks: DropoutMasks): Tensor {
    const product = this.multiplyGates(hidden, this.recurrentKernel as Weight, masks.state);
    return this.bias ? ops.add(product, ops.getItem(this.bias, 1)) : product;
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      recurrentActivation: serialize(this.recurrentActivation),
      resetAfter: this.resetAfter,
    };
  }
}
