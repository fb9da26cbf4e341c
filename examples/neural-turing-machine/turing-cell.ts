// A Neural Turing Machine as a recurrent cell: a network with a memory that it reads and writes by attention.
// Graves, Wayne and Danihelka, "Neural Turing Machines", 2014: the equations are numbered as there.
import { Layer, layers, ops, type Tensor } from '../../compiler/index.ts';

export interface TuringCellOptions {
  /** Width of the controller. */
  readonly units: number;
  /** Rows of the memory. */
  readonly slots: number;
  /** Columns of the memory. */
  readonly width: number;
  /** Features of the output, from 0 to 1. */
  readonly outputs: number;
}

/** How a head finds its place: key, strength, interpolation gate, three shifts, sharpening. */
const PLACE_SIZES = (width: number): number[] => [width, 1, 1, 3, 1];

/** One read head, one write head, a feed-forward controller. States: what was read, both weightings, the memory. */
export class TuringCell extends Layer {
  readonly stateSize: readonly number[];
  readonly outputSize: number;
  readonly #slots: number;
  readonly #width: number;
  readonly controller: Layer;
  readonly heads: Layer;
  readonly outputLayer: Layer;

  constructor({ units, slots, width, outputs }: TuringCellOptions) {
    super({});
    this.#slots = slots;
    this.#width = width;
    this.stateSize = [width, slots, slots, slots * width];
    this.outputSize = outputs;
    this.controller = new layers.Dense(units, { activation: 'tanh' });
    const place = PLACE_SIZES(width).reduce((sum, size) => sum + size, 0);
    this.heads = new layers.Dense(2 * place + 2 * width);
    this.outputLayer = new layers.Dense(outputs, { activation: 'sigmoid' });
  }

  /** Both heads begin at the first row of a memory that is nearly empty: keys are compared by angle, which zero has not. */
  getInitialState(batch: number): Tensor[] {
    const atFirst = ops.broadcastTo(ops.oneHot(ops.zeros([1], { dtype: 'int32' }), this.#slots), [batch, this.#slots]);
    return [ops.zeros([batch, this.#width]), atFirst, atFirst, ops.full([batch, this.#slots * this.#width], 1e-3)];
  }

  override build(inputShape: readonly (number | null)[]): void {
    const features = inputShape.at(-1) as number;
    const units = (this.controller as layers.Dense).units;
    this.controller.build([null, features + this.#width]);
    this.heads.build([null, units]);
    this.outputLayer.build([null, units + this.#width]);
  }

  override call(inputs: Tensor, states: readonly Tensor[]): [Tensor, Tensor[]] {
    const [read, readPlace, writePlace, flat] = states as [Tensor, Tensor, Tensor, Tensor];
    const memory = ops.reshape(flat, [-1, this.#slots, this.#width]) as Tensor;
    const controlled = this.controller(ops.concatenate([inputs, read], { axis: -1 })) as Tensor;
    const sizes = PLACE_SIZES(this.#width);
    const [forReading, forWriting, erase, add] = splitAlong(this.heads(controlled) as Tensor, [
      sizes.reduce((sum, size) => sum + size, 0),
      sizes.reduce((sum, size) => sum + size, 0),
      this.#width,
      this.#width,
    ]) as [Tensor, Tensor, Tensor, Tensor];
    const nextWrite = this.#move(memory, writePlace, forWriting);
    const written = writeMemory(memory, nextWrite, ops.sigmoid(erase), ops.tanh(add));
    const nextRead = this.#move(written, readPlace, forReading);
    // (2) r = sum_i w_i M_i
    const nextRow = ops.einsum('bs,bsw->bw', nextRead, written);
    const output = this.outputLayer(ops.concatenate([controlled, nextRow], { axis: -1 })) as Tensor;
    return [output, [nextRow, nextRead, nextWrite, ops.reshape(written, [-1, this.#slots * this.#width]) as Tensor]];
  }

  /** Where a head stands next: (5) by content, (7) or where it was, (8) moved by at most one row, (9) sharpened. */
  #move(memory: Tensor, before: Tensor, raw: Tensor): Tensor {
    const [key, strength, gate, shifts, sharpness] = splitAlong(raw, PLACE_SIZES(this.#width)) as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const similarity = ops.einsum('bw,bsw->bs', ops.normalize(ops.tanh(key), { axis: -1 }), ops.normalize(memory, { axis: -1 }));
    const byContent = ops.softmax(ops.multiply(ops.softplus(strength), similarity), { axis: -1 });
    const share = ops.sigmoid(gate);
    const mixed = ops.add(ops.multiply(share, byContent), ops.multiply(ops.subtract(1, share), before));
    const [back, stay, forth] = splitAlong(ops.softmax(shifts, { axis: -1 }), [1, 1, 1]) as [Tensor, Tensor, Tensor];
    const moved = ops.add(
      ops.add(ops.multiply(back, ops.roll(mixed, -1, { axis: 1 })), ops.multiply(stay, mixed)),
      ops.multiply(forth, ops.roll(mixed, 1, { axis: 1 })),
    );
    const sharp = ops.power(ops.add(moved, 1e-6), ops.add(1, ops.softplus(sharpness)));
    return ops.divide(sharp, ops.sum(sharp, { axis: -1, keepdims: true }));
  }
}

/** (3), (4): M_i (1 - w_i e) + w_i a. */
function writeMemory(memory: Tensor, place: Tensor, erase: Tensor, add: Tensor): Tensor {
  const kept = ops.subtract(1, ops.einsum('bs,bw->bsw', place, erase));
  return ops.add(ops.multiply(memory, kept), ops.einsum('bs,bw->bsw', place, add));
}

/** Parts of these sizes along the last axis. */
function splitAlong(tensor: Tensor, sizes: readonly number[]): Tensor[] {
  const ends = sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
  return ops.split(tensor, ends.slice(0, -1), { axis: -1 }) as Tensor[];
}
