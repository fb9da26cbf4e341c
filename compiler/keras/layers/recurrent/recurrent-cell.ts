// What the cells of SimpleRNN, LSTM and GRU have in common: weights for a number of gates, dropout, one step as a layer.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import type { Weight } from '../../engine/weight.ts';
import type { InitializerFunction } from '../../initializers/index.ts';
import * as ops from '../../ops/index.ts';
import { dropout } from '../../ops/random-numbers.ts';
import { asTuple } from '../arguments.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import type { PreparableCell, PreparedStep, StateSize, States, StepResult } from './step-cell.ts';

export interface RecurrentCellOptions
  extends LayerOptions,
    WeightOptionsOf<'kernel'>,
    WeightOptionsOf<'recurrent'>,
    WeightOptionsOf<'bias'> {
  /** Default `tanh`. */
  readonly activation?: ActivationLike;
  /** Default true. */
  readonly useBias?: boolean;
  /** The share of the inputs' features that is dropped while training. */
  readonly dropout?: number;
  /** The share of the state's features that is dropped while training. */
  readonly recurrentDropout?: number;
  readonly seed?: number | null;
}

/** What is multiplied into the inputs and the state while training: one tensor per gate, one for all gates, or none. */
export interface DropoutMasks {
  readonly inputs: readonly Tensor[];
  readonly state: readonly Tensor[];
}

const NO_MASKS: DropoutMasks = { inputs: [], state: [] };

/** A rate outside [0, 1] counts as the nearest one inside. */
export const clampRate = (rate: number | undefined): number => Math.min(1, Math.max(0, rate ?? 0));

export abstract class RecurrentCell extends Layer implements PreparableCell {
  static override readonly positional: readonly string[] = ['units'];

  readonly units: number;
  readonly activation: ActivationFunction;
  readonly useBias: boolean;
  readonly kernelSettings: WeightSettings;
  readonly recurrentSettings: WeightSettings;
  readonly biasSettings: WeightSettings;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly seed: number | null;
  readonly seedGenerator: SeedGenerator;
  kernel: Weight | undefined = undefined;
  recurrentKernel: Weight | undefined = undefined;
  bias: Weight | undefined = undefined;

  constructor(units: number, options: RecurrentCellOptions) {
    if (!(units > 0)) {
      throw new ValueError(`Received an invalid value for argument \`units\`, expected a positive integer, got ${asTuple(units)}.`, {
        code: 'arguments',
      });
    }
    super(options);
    this.units = units;
    this.activation = getActivation(options.activation === undefined ? 'tanh' : options.activation);
    this.useBias = options.useBias ?? true;
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
    this.recurrentSettings = weightSettings('recurrent', options, 'orthogonal');
    this.biasSettings = weightSettings('bias', options, 'zeros');
    this.dropout = clampRate(options.dropout);
    this.recurrentDropout = clampRate(options.recurrentDropout);
    this.seed = options.seed ?? null;
    this.seedGenerator = new SeedGenerator(this.seed);
  }

  /** How many matrices stand side by side in the kernels. */
  protected abstract get gates(): number;

  /** The part of a step that depends on the states. */
  protected abstract advance(projected: Tensor, states: States, masks: DropoutMasks): StepResult;

  get stateSize(): StateSize {
    return this.units;
  }

  get outputSize(): number {
    return this.units;
  }

  getInitialState(batch: number): Tensor[] {
    const sizes = typeof this.stateSize === 'number' ? [this.stateSize] : this.stateSize;
    return sizes.map((size) => ops.zeros([batch, size as number], { dtype: this.computeDtype }));
  }

  override build(inputShape: KerasShape): void {
    const size = inputShape.at(-1) ?? null;
    const width = this.units * this.gates;
    this.kernel = this.addWeight({ name: 'kernel', shape: [size, width], ...this.kernelSettings });
    this.recurrentKernel = this.addWeight({ name: 'recurrent_kernel', shape: [this.units, width], ...this.recurrentSettings });
    if (this.useBias)
      this.bias = this.addWeight({ ...this.biasSettings, name: 'bias', shape: this.biasShape, initializer: this.biasInitializer });
  }

  protected get biasShape(): readonly number[] {
    return [this.units * this.gates];
  }

  protected get biasInitializer(): InitializerFunction {
    return this.biasSettings.initializer;
  }

  /** What is added to the projected inputs. */
  protected get inputBias(): Tensor | undefined {
    return this.bias?.read();
  }

  prepare(batch: number, training: boolean): PreparedStep {
    const masks = training ? this.#drawMasks(batch) : NO_MASKS;
    return {
      project: (sequences) => this.#project(sequences, masks),
      advance: (projected, states) => this.advance(projected, states, masks),
      outputIsState: true,
    };
  }

  override call(inputs: Tensor, states: States | Tensor, { training }: CallOptions = {}): [Tensor, Tensor | States] {
    const isList = Array.isArray(states);
    const step = this.prepare(inputs.shape[0] as number, training === true);
    const [output, next] = step.advance(step.project(inputs), isList ? (states as States) : [states as Tensor]);
    return [output, isList ? next : (next[0] as Tensor)];
  }

  /** Gates share a mask unless the state is dropped out too, as in Keras. */
  #drawMasks(batch: number): DropoutMasks {
    const count = this.recurrentDropout > 0 ? this.gates : 1;
    const draw = (rate: number, size: number): Tensor[] => {
      if (rate <= 0 || rate >= 1) return [];
      const ones = ops.ones([batch, size], { dtype: this.computeDtype });
      return Array.from({ length: count }, () => dropout(ones, rate, this.seedGenerator.next()));
    };
    return { inputs: draw(this.dropout, this.kernel?.shape[0] as number), state: draw(this.recurrentDropout, this.units) };
  }

  /** The inputs times the kernel, for one step or for all of them. */
  #project(inputs: Tensor, { inputs: masks }: DropoutMasks): Tensor {
    const product = this.multiplyGates(inputs, this.kernel as Weight, masks);
    const bias = this.inputBias;
    return bias ? ops.add(product, bias) : product;
  }

  /** `x` times the matrices of all gates; each gate has a mask of its own if there are several. */
  protected multiplyGates(x: Tensor, kernel: Weight, masks: readonly Tensor[]): Tensor {
    const [first] = masks;
    if (masks.length <= 1) return ops.matmul(first ? ops.multiply(x, first) : x, kernel);
    const parts = ops.split(kernel, masks.length, { axis: 1 });
    return ops.concatenate(
      masks.map((mask, gate) => ops.matmul(ops.multiply(x, mask), parts[gate] as Tensor)),
      { axis: -1 },
    );
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: serialize(this.activation),
      useBias: this.useBias,
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('recurrent', this.recurrentSettings),
      ...weightConfig('bias', this.biasSettings),
      dropout: this.dropout,
      recurrentDropout: this.recurrentDropout,
      seed: this.seed,
    };
  }
}
