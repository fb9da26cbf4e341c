// Separable convolution layers: a depthwise convolution, then a mix of channels.
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import { channelAxis, convOutputShape } from './conv-shape.ts';
import { requirePositive, SpatialLayer, type SpatialOptions } from './spatial-layer.ts';

export interface SeparableConvOptions extends SpatialOptions, WeightOptionsOf<'depthwise'>, WeightOptionsOf<'pointwise'> {
  /** Channels between the two steps, per input channel. Default 1. */
  readonly depthMultiplier?: number;
}

export abstract class BaseSeparableConv extends SpatialLayer {
  static override readonly positional: readonly string[] = ['filters', 'kernelSize'];

  readonly filters: number;
  readonly depthMultiplier: number;
  readonly depthwiseSettings: WeightSettings;
  readonly pointwiseSettings: WeightSettings;
  depthwiseKernel: Weight | undefined = undefined;
  pointwiseKernel: Weight | undefined = undefined;

  constructor(rank: number, filters: number, kernelSize: number | readonly number[], options: SeparableConvOptions = {}) {
    super(rank, kernelSize, options, ['valid', 'same']);
    this.depthMultiplier = requirePositive(options.depthMultiplier ?? 1, 'depth_multiplier');
    this.filters = requirePositive(filters, 'filters');
    this.depthwiseSettings = weightSettings('depthwise', options, 'glorot_uniform');
    this.pointwiseSettings = weightSettings('pointwise', options, 'glorot_uniform');
  }

  override build(inputShape: KerasShape): void {
    const channels = this.fixChannels(inputShape);
    this.computeOutputShape(inputShape);
    const between = channels * this.depthMultiplier;
    this.depthwiseKernel = this.addWeight({
      name: 'depthwise_kernel',
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      ...this.depthwiseSettings,
    });
    this.pointwiseKernel = this.addWeight({
      name: 'pointwise_kernel',
      shape: [...this.kernelSize.map(() => 1), between, this.filters],
      ...this.pointwiseSettings,
    });
    this.addBias(this.filters);
  }

  override call(inputs: Tensor): Tensor {
    return this.finish(ops.separableConv(inputs, this.depthwiseKernel as Weight, this.pointwiseKernel as Weight, this.convOptions));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const channels = inputShape[channelAxis(this.dataFormat, inputShape.length)] ?? 1;
    return convOutputShape(inputShape, this.filters, this, [...this.kernelSize, channels, this.filters]);
  }

  override getConfig(): Record<string, unknown> {
    const { filters, depthMultiplier } = this;
    return {
      ...super.getConfig(),
      filters,
      depthMultiplier,
      ...weightConfig('depthwise', this.depthwiseSettings),
      ...weightConfig('pointwise', this.pointwiseSettings),
    };
  }
}
