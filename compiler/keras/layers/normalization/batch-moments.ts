// Mean and variance of a batch per channel, of real time steps only where there is a mask.
import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import * as ops from '../../ops/index.ts';

export interface BatchMoments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The moments over `axes`, as vectors. */
export function batchMoments(x: Tensor, axes: readonly number[], mask: Tensor | null): BatchMoments {
  if (mask === null) {
    const [mean, variance] = ops.moments(x, axes) as [Tensor, Tensor];
    return { mean, variance };
  }
  if (mask.rank !== x.rank - 1) {
    throw new ValueError(
      `The mask provided should be one dimension less than the inputs. Received: mask.shape=${formatShape(mask.shape)}, inputs.shape=${formatShape(x.shape)}`,
      { code: 'mask-shape' },
    );
  }
  const options = { axis: axes, keepdims: true };
  const isReal = ops.cast(ops.expandDims(mask, -1), 'bool');
  // Keras weighs by the elements of the mask alone: with axes beside the mask's, their sizes do not count.
  const weight = ops.add(ops.sum(ops.cast(ops.broadcastTo(isReal, [...mask.shape, 1]), x.dtype), options), epsilon());
  const mean = ops.divide(ops.sum(ops.where(isReal, x, 0) as Tensor, options), weight);
  const distance = ops.where(isReal, ops.subtract(x, mean), 0) as Tensor;
  const variance = ops.divide(ops.sum(ops.square(distance), options), weight);
  return { mean: ops.squeeze(mean), variance: ops.squeeze(variance) };
}
