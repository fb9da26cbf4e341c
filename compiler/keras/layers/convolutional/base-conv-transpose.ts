// Transposed convolution layers, which enlarge images.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { Weight } from '../../engine/weight.ts';
import * as ops from '../../ops/index.ts';
import { transposePadding } from '../../ops/nn/conv-transpose.ts';
import { asTuple, standardizeTuple } from '../arguments.ts';
import { type WeightOptionsOf, type WeightSettings, weightConfig, weightSettings } from '../weight-settings.ts';
import { replaceSpatial, spatialSizes } from './conv-shape.ts';
import { requirePositive, SpatialLayer, type SpatialOptions } from './spatial-layer.ts';

export interface ConvTransposeLayerOptions extends SpatialOptions, WeightOptionsOf<'kernel'> {
  /** Elements added to the output's sizes, less than the strides; chosen by default. */
  readonly outputPadding?: number | readonly number[] | null;
}

export abstract class BaseConvTranspose extends SpatialLayer {
  static override readonly positional: readonly string[] = ['filters', 'kernelSize'];

  readonly filters: number;
  readonly outputPadding: readonly number[] | null;
  readonly kernelSettings: WeightSettings;
  kernel: Weight | undefined = undefined;

  constructor(rank: number, filters: number, kernelSize: number | readonly number[], options: ConvTransposeLayerOptions = {}) {
    super(rank, kernelSize, options, ['valid', 'same']);
    this.filters = requirePositive(filters, 'filters');
    const given = options.outputPadding ?? null;
    this.outputPadding = given === null ? null : standardizeTuple(given, rank, 'output_padding', { allowZero: true });
    this.outputPadding?.forEach((extra, axis) => {
      if (extra < (this.strides[axis] as number)) return;
      throw new ValueError(
        `\`output_padding\` must be strictly less than \`strides\` for all dimensions. At dimension ${axis}, \`output_padding\` is ${extra} but \`strides\` is ${this.strides[axis]}. ` +
          `Received: output_padding=${asTuple(this.outputPadding)}, strides=${asTuple(this.strides)}`,
        { code: 'arguments' },
      );
    });
    this.refuseStridesWithDilation();
    this.kernelSettings = weightSettings('kernel', options, 'glorot_uniform');
  }

  override build(inputShape: KerasShape): void {
    const channels = this.fixChannels(inputShape);
    this.kernel = this.addWeight({ name: 'kernel', shape: [...this.kernelSize, this.filters, channels], ...this.kernelSettings });
    this.addBias(this.filters);
  }

  override call(inputs: Tensor): Tensor {
    return this.finish(ops.convTranspose(inputs, this.kernel as Weight, { ...this.convOptions, outputPadding: this.outputPadding }));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const sizes = spatialSizes(inputShape, this.dataFormat).map((size, axis) => {
      if (size === null) return null;
      const window = ((this.kernelSize[axis] as number) - 1) * (this.dilationRate[axis] as number) + 1;
      const [low, high] = transposePadding(window, this.strides[axis] as number, this.padding, this.outputPadding?.[axis] ?? null);
      return (size - 1) * (this.strides[axis] as number) + 1 + low + high - window + 1;
    });
    return replaceSpatial(inputShape, this.dataFormat, sizes, this.filters);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      outputPadding: this.outputPadding,
      ...weightConfig('kernel', this.kernelSettings),
    };
  }
}
