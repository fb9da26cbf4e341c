// Convolutions of any number of spatial dimensions. Kernels are (spatial..., channels in, channels out).

import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { promoteAll, type TensorLike } from '../convert.ts';
import { inChannelsLast } from './data-format.ts';

export type Padding = 'valid' | 'same' | 'causal';

export interface ConvOptions {
  readonly strides?: number | readonly number[];
  readonly padding?: Padding;
  readonly dataFormat?: DataFormat | null;
  readonly dilationRate?: number | readonly number[];
}

/** The zeros that 'same' padding puts before and after an axis: the output has ceil(size / stride) elements. */
function samePadding(size: number, window: number, stride: number): readonly [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + window - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Zeros around the spatial axes of a window operation. */
export function windowPadding(
  padding: string,
  sizes: readonly number[],
  windows: readonly number[],
  strides: readonly number[],
): (readonly [number, number])[] {
  const mode = padding.toLowerCase();
  if (mode === 'valid') return sizes.map(() => [0, 0] as const);
  if (mode === 'same') return sizes.map((size, axis) => samePadding(size, windows[axis] as number, strides[axis] as number));
  if (mode === 'causal' && sizes.length === 1) return [[(windows[0] as number) - 1, 0]];
  throw new ValueError(`\`padding\` must be 'valid', 'same' or, in one dimension, 'causal'. Received: padding=${quote(padding)}`, {
    code: 'padding',
  });
}

const dilated = (size: number, dilation: number): number => (size - 1) * dilation + 1;

interface Geometry {
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

function geometryOf(x: Tensor, kernel: Tensor, { strides = 1, padding = 'valid', dilationRate = 1 }: ConvOptions): Geometry {
  const rank = x.rank - 2;
  if (kernel.rank !== x.rank || rank < 1) {
    throw new ValueError(
      `The kernel must have as many dimensions as the inputs. Received: inputs.shape=${formatShape(x.shape)}, kernel.shape=${formatShape(kernel.shape)}`,
      { code: 'rank' },
    );
  }
  const stride = perAxis(strides, rank, 'strides');
  const dilation = perAxis(dilationRate, rank, 'dilation_rate');
  const windows = dilation.map((rate, axis) => dilated(kernel.shape[axis] as number, rate));
  const sizes = x.shape.slice(1, -1);
  const zeros = windowPadding(padding, sizes, windows, stride);
  sizes.forEach((size, axis) => {
    const [low, high] = zeros[axis] as readonly [number, number];
    if (size + low + high < (windows[axis] as number)) {
      throw new ValueError(
        `Computed output size would be zero or negative. Received: inputs.shape=${formatShape(x.shape)}, kernel.shape=${formatShape(kernel.shape)}, dilation_rate=${quote(dilationRate)}`,
        { code: 'conv-size' },
      );
    }
  });
  return { strides: stride, dilation, padding: zeros };
}

function convolve(x: Tensor, kernel: Tensor, options: ConvOptions, featureGroups: number): Tensor {
  const { strides, dilation, padding } = geometryOf(x, kernel, options);
  return lax.convolution(x, kernel, {
    strides,
    padding,
    inputDilation: strides.map(() => 1),
    kernelDilation: dilation,
    featureGroups,
    batchGroups: 1,
  });
}

/** A convolution; the number of groups is the inputs' channels over the kernel's. */
export const conv = defineOp('conv', ['inputs', 'kernel'], (inputs: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor => {
  const [x, weights] = promoteAll([inputs, kernel]) as [Tensor, Tensor];
  return inChannelsLast(x, options.dataFormat, (images) => {
    const [channels, perGroup] = [images.shape[images.rank - 1] as number, weights.shape[weights.rank - 2] as number];
    if (channels % perGroup !== 0) {
      throw new ValueError(
        `The number of input channels must be evenly divisible by kernel's in_channels. Received input channels ${channels} and kernel in_channels ${perGroup}.`,
        { code: 'conv-channels' },
      );
    }
    return convolve(images, weights, options, channels / perGroup);
  });
});

/** One filter set per channel: kernel (spatial..., channels, multiplier), result channels = channels * multiplier. */
function convolveDepthwise(x: Tensor, kernel: Tensor, options: ConvOptions): Tensor {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  return convolve(x, lax.reshape(kernel, [...kernel.shape.slice(0, -2), 1, channels * multiplier]), options, channels);
}

/** A convolution of each channel on its own; kernel (spatial..., channels, multiplier). */
export const depthwiseConv = defineOp(
  'depthwise_conv',
  ['inputs', 'kernel'],
  (inputs: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor => {
    const [x, weights] = promoteAll([inputs, kernel]) as [Tensor, Tensor];
    return inChannelsLast(x, options.dataFormat, (images) => convolveDepthwise(images, weights, options));
  },
);

/** A depthwise convolution, then a 1x1 convolution that mixes the channels. */
export const separableConv = defineOp(
  'separable_conv',
  ['inputs', 'depthwise_kernel', 'pointwise_kernel'],
  (inputs: TensorLike, depthwiseKernel: TensorLike, pointwiseKernel: TensorLike, options: ConvOptions = {}): Tensor => {
    const [x, depthwise, pointwise] = promoteAll([inputs, depthwiseKernel, pointwiseKernel]) as [Tensor, Tensor, Tensor];
    return inChannelsLast(x, options.dataFormat, (images) => convolve(convolveDepthwise(images, depthwise, options), pointwise, {}, 1));
  },
);
