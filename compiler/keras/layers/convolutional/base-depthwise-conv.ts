// Depthwise convolution layers: each channel has filters of its own.
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import { channelAxis, convOutputShape } from './conv-shape.ts';
import { requirePositive, SpatialLayer, type SpatialOptions } from './spatial-layer.ts';

export interface DepthwiseConvOptions extends SpatialOptions, WeightOptionsOf<'depthwise'> {
  /** Output channels per input channel. Default 1. */
  readonly depthMultiplier?: number;
}

export abstract class BaseDepthwiseConv extends SpatialLayer {
  static override readonly positional: readonly string[] = ['kernelSize'];

  readonly depthMultiplier: number;
  readonly depthwiseSettings: WeightSettings;
  kernel: Weight | undefined = undefined;

  constructor(rank: number, kernelSize: number | readonly number[], options: DepthwiseConvOptions = {}) {
    super(rank, kernelSize, options, ['valid', 'same']);
    this.depthMultiplier = requirePositive(options.depthMultiplier ?? 1, 'depth_multiplier');
    this.depthwiseSettings = weightSettings('depthwise', options, 'glorot_uniform');
  }

  override build(inputShape: KerasShape): void {
    const channels = this.fixChannels(inputShape);
    this.computeOutputShape(inputShape);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...this.kernelSize, channels, this.depthMultiplier],
      ...this.depthwiseSettings,
    });
    this.addBias(channels * this.depthMultiplier);
  }

  override call(inputs: Tensor): Tensor {
    return this.finish(ops.depthwiseConv(inputs, this.kernel as Weight, this.convOptions));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const channels = (inputShape[channelAxis(this.dataFormat, inputShape.length)] ?? 1) * this.depthMultiplier;
    return convOutputShape(inputShape, channels, this, [...this.kernelSize, channels / this.depthMultiplier, this.depthMultiplier]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), depthMultiplier: this.depthMultiplier, ...weightConfig('depthwise', this.depthwiseSettings) };
  }
}
