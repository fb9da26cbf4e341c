// Output shapes of convolutions, with null for sizes that are not known.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { asTuple } from '../arguments.ts';

export interface ConvGeometry {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
}

/** The channel axis of inputs of this rank. */
export const channelAxis = (dataFormat: string, rank: number): number => (dataFormat === 'channels_last' ? rank - 1 : 1);

/** The shape with other spatial sizes and channels. */
export function replaceSpatial(shape: KerasShape, dataFormat: string, sizes: KerasShape, channels: number | null): KerasShape {
  const batch = shape[0] ?? null;
  return dataFormat === 'channels_last' ? [batch, ...sizes, channels] : [batch, channels, ...sizes];
}

export const spatialSizes = (shape: KerasShape, dataFormat: string): KerasShape =>
  dataFormat === 'channels_last' ? shape.slice(1, -1) : shape.slice(2);

/** The output's shape; throws where the kernel is larger than the input. */
export function convOutputShape(inputShape: KerasShape, filters: number, geometry: ConvGeometry, kernelShape: KerasShape): KerasShape {
  const { kernelSize, strides, dilationRate, padding, dataFormat } = geometry;
  const sizes = spatialSizes(inputShape, dataFormat).map((size, axis) => {
    if (size === null) return null;
    const stride = strides[axis] as number;
    const window = ((kernelSize[axis] as number) - 1) * (dilationRate[axis] as number) + 1;
    return padding === 'valid' ? Math.floor((size - window) / stride) + 1 : Math.ceil(size / stride);
  });
  if (sizes.some((size) => size !== null && size <= 0)) {
    throw new ValueError(
      `Computed output size would be zero or negative. Received \`inputs shape=${formatShape(inputShape)}\`, \`kernel shape=${formatShape(kernelShape)}\`, ` +
        `\`dilation_rate=[${dilationRate.join(' ')}]\`, \`strides=${asTuple(strides)}\`, \`padding=${padding}\`.`,
      { code: 'conv-size', cure: "Use a smaller kernel, larger inputs, or padding: 'same'." },
    );
  }
  return replaceSpatial(inputShape, dataFormat, sizes, filters);
}
