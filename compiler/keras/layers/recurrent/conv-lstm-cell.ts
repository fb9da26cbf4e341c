// One step of a convolutional LSTM (Shi et al., 2015): the products of an LSTM are convolutions.

import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, get as getActivation, serialize } from '../../activations/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { dropout } from '../../ops/random-numbers.ts';
import { asTuple, standardizePadding, standardizeTuple } from '../arguments.ts';
import { channelAxis, convOutputShape, spatialSizes } from '../convolutional/conv-shape.ts';
import { type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import { forgetBias } from './forget-bias.ts';
import type { LSTMCellOptions } from './lstm-cell.ts';
import { clampRate, type DropoutMasks } from './recurrent-cell.ts';
import type { PreparableCell, PreparedStep, StateSize, States, StepResult } from './step-cell.ts';

export interface ConvLSTMCellOptions extends LSTMCellOptions {
  /** Of the convolution of the inputs. Default 1. */
  readonly strides?: number | readonly number[];
  /** `valid` (the default) or `same`, for the inputs; the states keep their size. */
  readonly padding?: 'valid' | 'same';
  readonly dataFormat?: DataFormat | null;
  /** Of the convolution of the inputs. Default 1. */
  readonly dilationRate?: number | readonly number[];
}

const GATES = 4;

export class ConvLSTMCell extends Layer implements PreparableCell {
  static override readonly positional: readonly string[] = ['rank', 'filters', 'kernelSize'];

  readonly rank: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: ActivationFunction;
  readonly recurrentActivation: ActivationFunction;
  readonly useBias: boolean;
  readonly unitForgetBias: boolean;
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
  #inputShape: KerasShape = [];

  constructor(rank: number, filters: number, kernelSize: number | readonly number[], options: ConvLSTMCellOptions = {}) {
    super(options);
    this.rank = rank;
    this.filters = filters;
    this.kernelSize = standardizeTuple(kernelSize, rank, 'kernel_size');
    this.strides = standardizeTuple(options.strides ?? 1, rank, 'strides', { allowZero: true });
    this.padding = standardizePadding(options.padding ?? 'valid', ['valid', 'same']);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.dilationRate = standardizeTuple(options.dilationRate ?? 1, rank, 'dilation_rate');
    this.#refuseStridesWithDilation();
    this.activation = getActivation(options.activation === undefined ? 'tanh' : options.activation);
    this.recurrentActivation = getActivation(options.recurrentActivation === undefined ? 'sigmoid' : options.recurrentActivation);
    this.useBias = options.useBias ?? true;
    this.unitForgetBias = options.unitForgetBias ?? true;
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
    this.recurrentSettings = weightSettings('recurrent', options, 'orthogonal');
    this.biasSettings = weightSettings('bias', options, 'zeros');
    this.dropout = clampRate(options.dropout);
    this.recurrentDropout = clampRate(options.recurrentDropout);
    this.seed = options.seed ?? null;
    this.seedGenerator = new SeedGenerator(this.seed);
  }

  #refuseStridesWithDilation(): void {
    if (Math.max(...this.strides) <= 1 || Math.max(...this.dilationRate) <= 1) return;
    throw new ValueError(
      'Specifying `strides > 1` is not compatible with `dilation_rate > 1`. Please provide `strides=1` or `dilation_rate=1`. ' +
        `Received: strides=${asTuple(this.strides)} and dilation_rate=${asTuple(this.dilationRate)}`,
      { code: 'arguments' },
    );
  }

  /** The states' shapes follow from the input's: see `stateShape`. */
  get stateSize(): StateSize {
    return [this.filters, this.filters];
  }

  /** The shape of the output and of both states for a step of inputs. */
  stateShape(inputShape: KerasShape): KerasShape {
    return convOutputShape(inputShape, this.filters, this, this.kernelSize);
  }

  getInitialState(batch: number): Tensor[] {
    const shape = this.stateShape([batch, ...this.#inputShape.slice(1)]) as readonly number[];
    return [0, 1].map(() => ops.zeros(shape, { dtype: this.computeDtype }));
  }

  override build(inputShape: KerasShape): void {
    const channels = inputShape[channelAxis(this.dataFormat, inputShape.length)] ?? null;
    if (spatialSizes(inputShape, this.dataFormat).includes(null)) {
      throw new ValueError(
        `ConvLSTM layers only support static input shapes for the spatial dimension. Received invalid input shape: input_shape=${formatShape(inputShape)}`,
        { code: 'unknown-dimension', cure: 'Give all sizes in Input({ shape }).' },
      );
    }
    if (channels === null) {
      throw new ValueError(
        `The channel dimension of the inputs (last axis) should be defined. Found None. Full input shape received: input_shape=${formatShape(inputShape)}`,
        { code: 'unknown-dimension' },
      );
    }
    this.#inputShape = inputShape;
    const width = GATES * this.filters;
    this.kernel = this.addWeight({ name: 'kernel', shape: [...this.kernelSize, channels, width], ...this.kernelSettings });
    const recurrentShape = [...this.kernelSize, this.filters, width];
    this.recurrentKernel = this.addWeight({ name: 'recurrent_kernel', shape: recurrentShape, ...this.recurrentSettings });
    if (!this.useBias) return;
    const given = this.biasSettings.initializer;
    const initializer = this.unitForgetBias ? forgetBias(this.filters, given) : given;
    this.bias = this.addWeight({ ...this.biasSettings, name: 'bias', shape: [width], initializer });
  }

  prepare(batch: number, training: boolean): PreparedStep {
    const masks = training ? this.#drawMasks(batch) : { inputs: [], state: [] };
    return {
      project: (sequences) => this.#project(sequences, masks),
      advance: (projected, states) => this.#advance(projected, states, masks),
      outputIsState: true,
    };
  }

  override call(inputs: Tensor, states: States, { training }: CallOptions = {}): [Tensor, States] {
    const step = this.prepare(inputs.shape[0] as number, training === true);
    const [output, next] = step.advance(step.project(inputs), states);
    return [output, next];
  }

  #drawMasks(batch: number): DropoutMasks {
    const draw = (rate: number, shape: KerasShape): Tensor[] => {
      if (rate <= 0 || rate >= 1) return [];
      const ones = ops.ones([batch, ...shape.slice(1)] as readonly number[], { dtype: this.computeDtype });
      return Array.from({ length: GATES }, () => dropout(ones, rate, this.seedGenerator.next()));
    };
    return { inputs: draw(this.dropout, this.#inputShape), state: draw(this.recurrentDropout, this.stateShape(this.#inputShape)) };
  }

  /** The convolution of the inputs, of one step or of all: steps then are one large batch. */
  #project(inputs: Tensor, { inputs: masks }: DropoutMasks): Tensor {
    const { strides, padding, dataFormat, dilationRate } = this;
    const hasTime = inputs.rank === this.rank + 3;
    const merge = (tensor: Tensor): Tensor =>
      hasTime ? ops.reshape(tensor, [(tensor.shape[0] as number) * (tensor.shape[1] as number), ...tensor.shape.slice(2)]) : tensor;
    const kernel = this.kernel as Weight;
    const sums = this.#convolveGates(inputs, kernel, masks, (x, weights) =>
      ops.conv(merge(x), weights, { strides, padding, dataFormat, dilationRate }),
    );
    const biased = this.bias ? ops.add(sums, this.#overChannels(this.bias.read())) : sums;
    return hasTime ? ops.reshape(biased, [...inputs.shape.slice(0, 2), ...biased.shape.slice(1)]) : biased;
  }

  #overChannels(bias: Tensor): Tensor {
    return this.dataFormat === 'channels_last' ? bias : ops.reshape(bias, [bias.size, ...new Array<number>(this.rank).fill(1)]);
  }

  /** All gates at once, or one after the other where each has a mask of its own. */
  #convolveGates(x: Tensor, kernel: Weight, masks: readonly Tensor[], convolve: (x: Tensor, kernel: Tensor) => Tensor): Tensor {
    if (masks.length === 0) return convolve(x, kernel.read());
    const kernels = ops.split(kernel, GATES, { axis: -1 });
    const parts = masks.map((mask, gate) => convolve(ops.multiply(x, mask), kernels[gate] as Tensor));
    return ops.concatenate(parts, { axis: this.#gateAxis });
  }

  get #gateAxis(): number {
    return this.dataFormat === 'channels_last' ? -1 : 1;
  }

  #advance(projected: Tensor, [hidden, carry]: States, masks: DropoutMasks): StepResult {
    const { dataFormat } = this;
    const recurrent = this.#convolveGates(hidden as Tensor, this.recurrentKernel as Weight, masks.state, (x, weights) =>
      ops.conv(x, weights, { padding: 'same', dataFormat }),
    );
    const sums = ops.add(projected, recurrent);
    const [i, f, g, o] = ops.split(sums, GATES, { axis: this.#gateAxis }) as [Tensor, Tensor, Tensor, Tensor];
    const kept = ops.multiply(this.recurrentActivation(f), carry as Tensor);
    const nextCarry = ops.add(kept, ops.multiply(this.recurrentActivation(i), this.activation(g)));
    const output = ops.multiply(this.recurrentActivation(o), this.activation(nextCarry));
    return [output, [output, nextCarry]];
  }

  override getConfig(): Record<string, unknown> {
    const { filters, kernelSize, strides, padding, dataFormat, dilationRate, useBias, unitForgetBias, seed } = this;
    return {
      ...super.getConfig(),
      ...{ filters, kernelSize, strides, padding, dataFormat, dilationRate, useBias, unitForgetBias },
      activation: serialize(this.activation),
      recurrentActivation: serialize(this.recurrentActivation),
      ...weightConfig('kernel', this.kernelSettings),
      ...weightConfig('recurrent', this.recurrentSettings),
      ...weightConfig('bias', this.biasSettings),
      dropout: this.dropout,
      recurrentDropout: this.recurrentDropout,
      seed,
    };
  }
}
