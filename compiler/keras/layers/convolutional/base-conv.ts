// Convolution layers of any number of spatial dimensions.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { createLora, type Lora, type LoraOptions, loraConfig } from '../lora.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import { channelAxis, convOutputShape } from './conv-shape.ts';
import { requirePositive, SpatialLayer, type SpatialOptions } from './spatial-layer.ts';

export interface ConvOptions extends SpatialOptions, LoraOptions, WeightOptionsOf<'kernel'> {
  /** Splits the channels into groups that are convolved apart. Default 1. */
  readonly groups?: number;
}

export abstract class BaseConv extends SpatialLayer {
  static override readonly positional: readonly string[] = ['filters', 'kernelSize'];

  readonly filters: number;
  readonly groups: number;
  readonly kernelSettings: WeightSettings;
  readonly loraOptions: LoraOptions;
  lora: Lora | undefined = undefined;
  kernel: Weight | undefined = undefined;

  constructor(rank: number, filters: number, kernelSize: number | readonly number[], options: ConvOptions = {}) {
    super(rank, kernelSize, options, rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']);
    this.filters = requirePositive(filters, 'filters');
    this.groups = options.groups ?? 1;
    if (!(this.groups > 0))
      throw new ValueError(`The number of groups must be a positive integer. Received: groups=${this.groups}.`, { code: 'arguments' });
    if (filters % this.groups !== 0) {
      throw new ValueError(
        `The number of filters must be evenly divisible by the number of groups. Received: groups=${this.groups}, filters=${filters}.`,
        { code: 'arguments' },
      );
    }
    this.refuseStridesWithDilation();
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
    this.loraOptions = { loraRank: options.loraRank ?? null, loraAlpha: options.loraAlpha ?? null };
  }

  #kernelShape(channels: number): number[] {
    return [...this.kernelSize, channels / this.groups, this.filters];
  }

  override build(inputShape: KerasShape): void {
    const channels = this.fixChannels(inputShape);
    if (channels % this.groups !== 0) {
      throw new ValueError(
        `The number of input channels must be evenly divisible by the number of groups. Received groups=${this.groups}, but the input has ${channels} channels (full input shape is ${formatShape(inputShape)}).`,
        { code: 'conv-channels' },
      );
    }
    this.computeOutputShape(inputShape);
    this.kernel = this.addWeight({ name: 'kernel', shape: this.#kernelShape(channels), ...this.kernelSettings });
    this.addBias(this.filters);
    this.lora = createLora(this, this.kernel, this.kernelSettings, this.loraOptions);
  }

  override call(inputs: Tensor): Tensor {
    const kernel = this.kernel as Weight;
    return this.finish(ops.conv(inputs, this.lora ? this.lora.adapt(kernel) : kernel, this.convOptions));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const channels = inputShape[channelAxis(this.dataFormat, inputShape.length)] ?? 1;
    return convOutputShape(inputShape, this.filters, this, this.#kernelShape(channels));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      groups: this.groups,
      ...weightConfig('kernel', this.kernelSettings),
      ...loraConfig(this.loraOptions),
    };
  }
}
