// Pooling to a given output size: window i covers the inputs from floor(i * in / out) to ceil((i + 1) * in / out).

import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { contract } from '../contraction.ts';
import { constantOf, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { movePermutation } from '../shapes.ts';
import { inChannelsLast } from './data-format.ts';

export interface AdaptivePoolOptions {
  readonly dataFormat?: DataFormat | null;
}

const boundsOf = (size: number, outputs: number): (readonly [number, number])[] =>
  Array.from({ length: outputs }, (_, index) => [Math.floor((index * size) / outputs), Math.ceil(((index + 1) * size) / outputs)] as const);

/** Averages along one axis by a matrix of weights. */
function averageAxis(x: Tensor, axis: number, outputs: number): Tensor {
  const size = x.shape[axis] as number;
  const weights = boundsOf(size, outputs).map(([from, to]) =>
    Array.from({ length: size }, (_, index) => (index >= from && index < to ? 1 / (to - from) : 0)),
  );
  const product = contract(x, constantOf(weights, x.dtype), { lhsContracting: [axis], rhsContracting: [1] });
  return lax.transpose(product, movePermutation(x.rank, [x.rank - 1], [axis]));
}

/** The maximum of each window along one axis. */
function maximumAxis(x: Tensor, axis: number, outputs: number): Tensor {
  const kept = x.shape.map((dim, at) => (at === axis ? 1 : dim));
  const parts = boundsOf(x.shape[axis] as number, outputs).map(([from, to]) =>
    lax.reshape(lax.reduce('max', sliceAxis(x, axis, from, to), [axis]), kept),
  );
  return parts.length === 1 ? (parts[0] as Tensor) : lax.concatenate(parts, axis);
}

const adaptive =
  (poolAxis: (x: Tensor, axis: number, outputs: number) => Tensor) =>
  (inputs: TensorLike, outputSize: number | readonly (number | null)[], options: AdaptivePoolOptions = {}): Tensor =>
    inChannelsLast(poolAxis === averageAxis ? toFloat(inputs) : toTensor(inputs), options.dataFormat, (x) => {
      const given = typeof outputSize === 'number' ? outputSize : outputSize.map((size, axis) => size ?? (x.shape[axis + 1] as number));
      const sizes = perAxis(given, x.rank - 2, 'output_size');
      return sizes.reduce((pooled, outputs, axis) => (outputs === x.shape[axis + 1] ? pooled : poolAxis(pooled, axis + 1, outputs)), x);
    });

/** The mean of windows that divide each spatial axis into `outputSize` parts. */
export const adaptiveAveragePool = defineOp('adaptive_average_pool', ['inputs', 'output_size'], adaptive(averageAxis));
/** The maximum of windows that divide each spatial axis into `outputSize` parts. */
export const adaptiveMaxPool = defineOp('adaptive_max_pool', ['inputs', 'output_size'], adaptive(maximumAxis));
