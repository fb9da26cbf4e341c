// The custom cells of golden RNN layers, which Keras's own tests define: sums of products, with one state and with two.
import { Layer, type LayerOptions, ops, registerKerasSerializable, type Tensor, type Variable } from '../../../compiler/index.ts';

interface CellOptions extends LayerOptions {
  readonly stateSize?: number | readonly number[] | null;
}

class OneStateRNNCell extends Layer {
  static override readonly positional: readonly string[] = ['units'];

  readonly units: number;
  readonly stateSize: number | readonly number[];
  #kernels: readonly Variable[] = [];

  constructor(units: number, { stateSize, ...options }: CellOptions = {}) {
    super(options);
    this.units = units;
    this.stateSize = stateSize ?? units;
  }

  override build(inputShape: readonly (number | null)[]): void {
    const { units } = this;
    const add = (name: string, rows: number | null): Variable => this.addWeight({ name, shape: [rows, units], initializer: 'ones' });
    this.#kernels = [add('kernel', inputShape.at(-1) ?? null), add('recurrent_kernel', units)];
  }

  override call(inputs: Tensor, states: readonly Tensor[]): [Tensor, Tensor[]] {
    const [kernel, recurrent] = this.#kernels as [Variable, Variable];
    const output = ops.add(ops.matmul(inputs, kernel), ops.matmul(states[0] as Tensor, recurrent));
    return [output, [output]];
  }
}

class TwoStatesRNNCell extends Layer {
  static override readonly positional: readonly string[] = ['units'];

  readonly units: number;
  readonly stateSize: readonly number[];
  readonly outputSize: number;
  #kernels: readonly Variable[] = [];

  constructor(units: number, { stateSize, ...options }: CellOptions = {}) {
    super(options);
    this.units = units;
    this.stateSize = (stateSize as readonly number[] | null | undefined) ?? [units, units];
    this.outputSize = units;
  }

  override build(inputShape: readonly (number | null)[]): void {
    const { units } = this;
    const add = (name: string, rows: number | null): Variable => this.addWeight({ name, shape: [rows, units], initializer: 'ones' });
    this.#kernels = [add('kernel', inputShape.at(-1) ?? null), add('recurrent_kernel_1', units), add('recurrent_kernel_2', units)];
  }

  /** Both sums are of the first state: so it is in Keras. */
  override call(inputs: Tensor, states: readonly Tensor[]): [Tensor, Tensor[]] {
    const [kernel, ...recurrent] = this.#kernels as [Variable, Variable, Variable];
    const projected = ops.matmul(inputs, kernel);
    const next = recurrent.map((weights) => ops.add(projected, ops.matmul(states[0] as Tensor, weights)));
    return [ops.add(next[0] as Tensor, next[1] as Tensor), next];
  }
}

registerKerasSerializable(OneStateRNNCell);
registerKerasSerializable(TwoStatesRNNCell);
