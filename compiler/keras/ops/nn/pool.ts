// Pooling over windows of the spatial axes.

import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { constantOf, fullAs, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { windowPadding } from './conv.ts';
import { inChannelsLast } from './data-format.ts';

export interface PoolOptions {
  /** Steps between windows; the pool size by default. */
  readonly strides?: number | readonly number[] | null;
  readonly padding?: 'valid' | 'same';
  readonly dataFormat?: DataFormat | null;
}

interface PoolWindow {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
}

function windowOf(x: Tensor, poolSize: number | readonly number[], { strides = null, padding = 'valid' }: PoolOptions): PoolWindow {
  const rank = x.rank - 2;
  const window = perAxis(poolSize, rank, 'pool_size');
  const steps = perAxis(strides ?? window, rank, 'strides');
  const sizes = x.shape.slice(1, -1);
  const zeros = windowPadding(padding, sizes, window, steps);
  if (padding === 'valid' && sizes.some((size, axis) => size < (window[axis] as number))) {
    throw new ValueError(
      `Computed output size would be zero or negative. Received: inputs.shape=${formatShape(x.shape)}, pool_size=${quote(poolSize)}`,
      { code: 'pool-size' },
    );
  }
  return {
    window: [1, ...window, 1],
    strides: [1, ...steps, 1],
    padding: [[0, 0], ...zeros, [0, 0]],
    dilation: new Array<number>(x.rank).fill(1),
  };
}

/** The maximum of each window; padding never counts. */
export const maxPool = defineOp(
  'max_pool',
  ['inputs', 'pool_size'],
  (inputs: TensorLike, poolSize: number | readonly number[], options: PoolOptions = {}): Tensor =>
    inChannelsLast(toTensor(inputs), options.dataFormat, (x) => lax.reduce_window(x, { kind: 'max', ...windowOf(x, poolSize, options) })),
);

/** How many elements of an axis each window covers. */
function coveredElements(size: number, window: number, stride: number, [low, high]: readonly [number, number]): number[] {
  const count = Math.floor((size + low + high - window) / stride) + 1;
  return Array.from({ length: count }, (_, index) => {
    const start = index * stride - low;
    return Math.min(size, start + window) - Math.max(0, start);
  });
}

/** The mean of each window over the elements that are not padding. */
export const averagePool = defineOp(
  'average_pool',
  ['inputs', 'pool_size'],
  (inputs: TensorLike, poolSize: number | readonly number[], options: PoolOptions = {}): Tensor =>
    inChannelsLast(toFloat(inputs), options.dataFormat, (x) => {
      const params = windowOf(x, poolSize, options);
      const sums = lax.reduce_window(x, { kind: 'sum', ...params });
      if (params.padding.every(([low, high]) => low === 0 && high === 0)) {
        return lax.divide(
          sums,
          fullAs(
            sums,
            params.window.reduce((product, size) => product * size, 1),
          ),
        );
      }
      // The count of a window is the product of its counts along the axes, all known here.
      return x.shape.slice(1, -1).reduce<Tensor>((average, size, index) => {
        const axis = index + 1;
        const counts = coveredElements(
          size,
          params.window[axis] as number,
          params.strides[axis] as number,
          params.padding[axis] as readonly [number, number],
        );
        return lax.divide(average, lax.broadcast(constantOf(counts, x.dtype), average.shape, [axis]));
      }, sums);
    }),
);
