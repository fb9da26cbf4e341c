// What all convolution layers have in common: geometry, activation, bias, and the checks of their arguments.

import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { type ActivationFunction, type ActivationLike, get as getActivation, serialize } from '../../activations/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { asTuple, standardizePadding, standardizeTuple } from '../arguments.ts';
import {
  baseOptions,
  type RegularizedLayerOptions,
  type WeightOptionsOf,
  type WeightSettings,
  weightConfig,
  weightSettings,
} from '../weight-settings.ts';
import { type ConvGeometry, channelAxis } from './conv-shape.ts';

export type SpatialPadding = 'valid' | 'same' | 'causal';

export interface SpatialOptions extends RegularizedLayerOptions, WeightOptionsOf<'bias'> {
  /** Default 1. */
  readonly strides?: number | readonly number[];
  /** `valid` (the default), `same`, or `causal` in one dimension. */
  readonly padding?: SpatialPadding;
  /** `channels_last` (the default) or `channels_first`. */
  readonly dataFormat?: DataFormat | null;
  /** Default 1. */
  readonly dilationRate?: number | readonly number[];
  readonly activation?: ActivationLike;
  /** Default true. */
  readonly useBias?: boolean;
}

/** Refuses sizes that are not positive. */
export function requirePositive(value: number, name: string): number {
  if (!(value > 0)) {
    throw new ValueError(
      `Invalid value for argument \`${name}\`. Expected a strictly positive value. Received ${name}=${asTuple(value)}.`,
      { code: 'arguments' },
    );
  }
  return value;
}

export abstract class SpatialLayer extends Layer implements ConvGeometry {
  readonly rank: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: SpatialPadding;
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: ActivationFunction;
  readonly useBias: boolean;
  readonly biasSettings: WeightSettings;
  bias: Weight | undefined = undefined;

  constructor(rank: number, kernelSize: number | readonly number[], options: SpatialOptions, paddings: readonly SpatialPadding[]) {
    super(baseOptions(options));
    this.rank = rank;
    this.kernelSize = standardizeTuple(kernelSize, rank, 'kernel_size');
    this.strides = standardizeTuple(options.strides ?? 1, rank, 'strides');
    this.dilationRate = standardizeTuple(options.dilationRate ?? 1, rank, 'dilation_rate');
    this.padding = standardizePadding(options.padding ?? 'valid', paddings);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.activation = getActivation(options.activation);
    this.useBias = options.useBias ?? true;
    this.biasSettings = weightSettings('bias', options, 'zeros');
    this.inputSpec = { minNdim: rank + 2 };
  }

  /** Refuses strides together with dilation, which no implementation of Keras has. */
  protected refuseStridesWithDilation(): void {
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ValueError(
        `\`strides > 1\` not supported in conjunction with \`dilation_rate > 1\`. Received: strides=${asTuple(this.strides)} and dilation_rate=${asTuple(this.dilationRate)}`,
        { code: 'arguments' },
      );
    }
  }

  /** The number of input channels, which the layer then insists on. */
  protected fixChannels(inputShape: KerasShape): number {
    const axis = channelAxis(this.dataFormat, inputShape.length);
    const channels = inputShape[axis];
    if (channels === null || channels === undefined) {
      throw new ValueError(
        `The channel dimension of the inputs should be defined. The input_shape received is ${formatShape(inputShape)}, where axis ${axis} (0-based) is the channel dimension, which found to be \`None\`.`,
        { code: 'unknown-dimension' },
      );
    }
    this.inputSpec = { minNdim: this.rank + 2, axes: { [this.dataFormat === 'channels_last' ? -1 : 1]: channels } };
    return channels;
  }

  protected addBias(channels: number): void {
    if (this.useBias) this.bias = this.addWeight({ name: 'bias', shape: [channels], ...this.biasSettings });
  }

  /** Bias, then activation. */
  protected finish(outputs: Tensor): Tensor {
    if (!this.bias) return this.activation(outputs);
    const bias =
      this.dataFormat === 'channels_last'
        ? this.bias
        : ops.reshape(this.bias, [this.bias.shape[0] as number, ...this.kernelSize.map(() => 1)]);
    return this.activation(ops.add(outputs, bias));
  }

  /** The arguments of the convolution op. */
  protected get convOptions(): {
    strides: readonly number[];
    padding: SpatialPadding;
    dilationRate: readonly number[];
    dataFormat: DataFormat;
  } {
    const { strides, padding, dilationRate, dataFormat } = this;
    return { strides, padding, dilationRate, dataFormat };
  }

  override getConfig(): Record<string, unknown> {
    const { kernelSize, strides, padding, dataFormat, dilationRate, useBias } = this;
    return {
      ...super.getConfig(),
      kernelSize,
      strides,
      padding,
      dataFormat,
      dilationRate,
      activation: serialize(this.activation),
      useBias,
      ...weightConfig('bias', this.biasSettings),
    };
  }
}
