// convolution: input [N, ...spatial, C] with kernel [...spatial, C / featureGroups, O] gives [N, ...spatial, O].
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { convolutionWindows, convolve } from '../reference/convolve.ts';
import { windowCount } from '../reference/window-taps.ts';
import { elementCount } from '../shape.ts';
import type { GradientContext } from './gradient.ts';
import type { PrimitiveParams } from './params.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireIntegers, requirePerAxis, requireSameDTypes, typeError } from './type-rules.ts';

type Params = PrimitiveParams['convolution'];

export const convolution: Primitive<'convolution'> = {
  name: 'convolution',
  infer(inputs, params) {
    const [input, kernel] = operands('convolution', inputs, 2);
    requireSameDTypes('convolution', inputs);
    if (input.dtype === 'bool') throw typeError('convolution', 'expected numeric operands (cast them first).', inputs);
    const rank = input.shape.length;
    if (rank < 2 || kernel.shape.length !== rank)
      throw typeError('convolution', 'expected input and kernel of equal rank, 2 or more.', inputs);
    requireParams(params, rank - 2);
    requireGroups(input, kernel, params);
    const spatial = convolutionWindows(input, kernel, params).map(windowCount);
    const shape = [(input.shape[0] as number) / params.batchGroups, ...spatial, kernel.shape[rank - 1] as number];
    return [{ dtype: input.dtype, shape }];
  },
  evaluate(inputs, params, outputs) {
    const [input, kernel] = operands<NDArray>('convolution', inputs, 2);
    return [convolve(input, kernel, params, outputs[0] as TensorType)];
  },
  cost(inputs, _params, outputs) {
    const [, kernel] = operands('convolution', inputs, 2);
    // Each output element sums over the kernel's spatial and input axes.
    const depth = elementCount(kernel.shape.slice(0, -1));
    return { flops: 2 * depth * countElements(outputs), bytes: countBytes(inputs) + countBytes(outputs) };
  },
  gradient: ({ needed, ...context }) => [needed[0] ? inputCotangent(context) : null, needed[1] ? kernelCotangent(context) : null],
  batchAxes([input = null, kernel = null], _inputs, { batchGroups }) {
    if (kernel !== null) return undefined;
    if (input === null) return [null];
    return input === 0 && batchGroups === 1 ? [0] : undefined;
  },
};

function requireParams(params: Params, spatialRank: number): void {
  for (const name of ['strides', 'padding', 'inputDilation', 'kernelDilation'] as const) {
    requirePerAxis('convolution', name, params[name], spatialRank);
  }
  for (const name of ['strides', 'inputDilation', 'kernelDilation'] as const) requireIntegers('convolution', name, params[name], 1);
  requireIntegers('convolution', 'padding', params.padding.flat());
  requireIntegers('convolution', 'featureGroups and batchGroups', [params.featureGroups, params.batchGroups], 1);
  if (params.featureGroups > 1 && params.batchGroups > 1)
    throw typeError('convolution', 'expected feature groups or batch groups, not both.');
}

function requireGroups(input: TensorType, kernel: TensorType, { featureGroups, batchGroups }: Params): void {
  const rank = input.shape.length;
  const channels = input.shape[rank - 1] as number;
  const outputChannels = kernel.shape[rank - 1] as number;
  if ((kernel.shape[rank - 2] as number) * featureGroups !== channels) {
    throw typeError('convolution', `${channels} input channels in ${featureGroups} groups do not fit the kernel.`, [input, kernel]);
  }
  if (outputChannels % featureGroups !== 0 || outputChannels % batchGroups !== 0 || (input.shape[0] as number) % batchGroups !== 0) {
    throw typeError('convolution', 'batch and output channels must be multiples of the number of groups.', [input, kernel]);
  }
}

type Context<T extends TensorType> = Omit<GradientContext<'convolution', T>, 'needed'>;

/** The extent of `size` elements with `dilation - 1` gaps between them. */
const dilated = (size: number, dilation: number): number => (size - 1) * dilation + 1;

interface Extents {
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  readonly before: number;
}

/** Dilated extents of each spatial axis. */
function spatialExtents<T extends TensorType>({ inputs, outputs, params }: Context<T>): Extents[] {
  const [input, kernel, output] = [...inputs, ...outputs] as readonly T[] as readonly [T, T, T];
  return params.strides.map((stride, axis) => ({
    input: dilated(input.shape[axis + 1] as number, params.inputDilation[axis] as number),
    kernel: dilated(kernel.shape[axis] as number, params.kernelDilation[axis] as number),
    output: dilated(output.shape[axis + 1] as number, stride),
    before: params.padding[axis]?.[0] as number,
  }));
}

/** The cotangent, with zeros between its elements where the convolution had strides, convolved with the kernel turned round. */
function inputCotangent<T extends TensorType>(context: Context<T>): T {
  const { lax, inputs, params, cotangents } = context;
  const [input, kernel] = inputs as readonly [T, T];
  const spatial = params.strides.map((_, axis) => axis);
  const rank = spatial.length;
  const groups = params.featureGroups * params.batchGroups;
  const sizes = kernel.shape.slice(0, rank);
  const [channels, outputs] = kernel.shape.slice(rank) as [number, number];
  // [...spatial, C, groups, O / groups] to [...spatial, O / groups, groups * C].
  const split = lax.reshape(lax.reverse(kernel, spatial), [...sizes, channels, groups, outputs / groups]);
  const swapped = lax.transpose(split, [...spatial, rank + 2, rank + 1, rank]);
  const result = lax.convolution(cotangents[0] as T, lax.reshape(swapped, [...sizes, outputs / groups, groups * channels]), {
    strides: params.inputDilation,
    padding: spatialExtents(context).map(({ input: extent, kernel: size, output, before }) => [
      size - 1 - before,
      extent - output + before,
    ]),
    inputDilation: params.strides,
    kernelDilation: params.kernelDilation,
    featureGroups: groups,
    batchGroups: 1,
  });
  if (params.batchGroups === 1) return result;
  // [N / groups, ...spatial, groups, C]: the groups belong to the batch.
  const parts = lax.reshape(result, [...result.shape.slice(0, -1), groups, channels]);
  return lax.reshape(lax.transpose(parts, [rank + 1, 0, ...spatial.map((axis) => axis + 1), rank + 2]), input.shape);
}

/** The input convolved with the cotangent as a kernel: channels take the place of samples, samples that of channels. */
function kernelCotangent<T extends TensorType>(context: Context<T>): T {
  const { lax, inputs, params, cotangents } = context;
  const rank = params.strides.length;
  const spatial = params.strides.map((_, axis) => axis + 1);
  const result = lax.convolution(
    lax.transpose(inputs[0] as T, [rank + 1, ...spatial, 0]),
    lax.transpose(cotangents[0] as T, [...spatial, 0, rank + 1]),
    {
      strides: params.kernelDilation,
      padding: spatialExtents(context).map(({ input, kernel, output, before }) => [before, kernel + output - input - before - 1]),
      inputDilation: params.inputDilation,
      kernelDilation: params.strides,
      featureGroups: params.batchGroups,
      batchGroups: params.featureGroups,
    },
  );
  return lax.transpose(result, [...spatial, 0, rank + 1]);
}
