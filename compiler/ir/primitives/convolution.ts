// convolution: input [N, ...spatial, C] with kernel [...spatial, C / featureGroups, O] gives [N, ...spatial, O].
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { convolutionWindows, convolve } from '../reference/convolve.ts';
import { windowCount } from '../reference/window-taps.ts';
import { elementCount } from '../shape.ts';
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
