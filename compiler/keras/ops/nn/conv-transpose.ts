// Transposed convolution: a convolution over inputs with zeros between their elements.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { promoteAll, type TensorLike } from '../convert.ts';
import type { ConvOptions } from './conv.ts';
import { inChannelsLast } from './data-format.ts';

export interface ConvTransposeOptions extends ConvOptions {
  /** Elements added at the end of each spatial axis, relative to a size that depends on `padding`; chosen by default. */
  readonly outputPadding?: number | readonly (number | null)[] | null;
}

/**
 * Zeros around the dilated input. Without output padding, 'same' gives size * stride elements and
 * 'valid' (size - 1) * stride + max(kernel, stride).
 */
export function transposePadding(kernel: number, stride: number, padding: string, outputPadding: number | null): readonly [number, number] {
  if (padding.toLowerCase() === 'valid') return [kernel - 1, kernel - 1 + (outputPadding ?? Math.max(kernel, stride) - kernel)];
  if (padding.toLowerCase() !== 'same') {
    throw new ValueError(`The \`padding\` argument must be one of 'valid', 'same'. Received: padding=${quote(padding)}`, {
      code: 'padding',
    });
  }
  const total = outputPadding === null ? stride + kernel - 2 : kernel + (kernel % 2) - 2 + outputPadding;
  const low = Math.min(Math.ceil(total / 2), kernel - 1);
  return [low, total - low];
}

/** Per-axis output padding; null where it is to be chosen. */
function outputPaddingOf(outputPadding: number | readonly (number | null)[] | null | undefined, rank: number): (number | null)[] {
  if (outputPadding === null || outputPadding === undefined || typeof outputPadding === 'number')
    return new Array<number | null>(rank).fill(outputPadding ?? null);
  return [...outputPadding];
}

function convolveTranspose(
  x: Tensor,
  kernel: Tensor,
  { strides = 1, padding = 'valid', outputPadding, dilationRate = 1 }: ConvTransposeOptions,
): Tensor {
  const rank = x.rank - 2;
  if (kernel.rank !== x.rank || kernel.shape[kernel.rank - 1] !== x.shape[x.rank - 1]) {
    throw new ValueError(
      `The kernel of a transposed convolution is (spatial..., channels out, channels in). Received: inputs.shape=${formatShape(x.shape)}, kernel.shape=${formatShape(kernel.shape)}`,
      { code: 'conv-channels' },
    );
  }
  const stride = perAxis(strides, rank, 'strides');
  const dilation = perAxis(dilationRate, rank, 'dilation_rate');
  const extra = outputPaddingOf(outputPadding, rank);
  const zeros = stride.map((step, axis) =>
    transposePadding(((kernel.shape[axis] as number) - 1) * (dilation[axis] as number) + 1, step, padding, extra[axis] ?? null),
  );
  // The kernel of the forward convolution, turned round and with its channels exchanged.
  const spatial = Array.from({ length: rank }, (_, axis) => axis);
  const turned = lax.reverse(lax.transpose(kernel, [...spatial, rank + 1, rank]), spatial);
  return lax.convolution(x, turned, {
    strides: stride.map(() => 1),
    padding: zeros,
    inputDilation: stride,
    kernelDilation: dilation,
    featureGroups: 1,
    batchGroups: 1,
  });
}

/** The transpose of `conv`, which enlarges images; kernel (spatial..., channels out, channels in). */
export const convTranspose = defineOp(
  'conv_transpose',
  ['inputs', 'kernel'],
  (inputs: TensorLike, kernel: TensorLike, options: ConvTransposeOptions = {}): Tensor => {
    const [x, weights] = promoteAll([inputs, kernel]) as [Tensor, Tensor];
    return inChannelsLast(x, options.dataFormat, (images) => convolveTranspose(images, weights, options));
  },
);
