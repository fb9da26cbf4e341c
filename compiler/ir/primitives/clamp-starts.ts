// Where the slices of gather and scatter really lie, as tensors: what their gradient rules share.
import type { TensorType } from '../graph.ts';
import type { Lax } from '../lax.ts';
import type { Shape } from '../shape.ts';
import type { GatherNumbers } from './params.ts';

/** Index vectors moved so that their slices fit, and which of them fitted before, one bool per vector. */
export function clampStarts<T extends TensorType>(
  lax: Lax<T>,
  indices: T,
  { startIndexMap }: GatherNumbers,
  operand: Shape,
  sliceSizes: Shape,
): { readonly starts: T; readonly isInside: T } {
  const last = indices.shape.length - 1;
  const limits = startIndexMap.map((axis) => (operand[axis] as number) - (sliceSizes[axis] as number));
  const limit = lax.broadcast(lax.constant({ dtype: 'int32', shape: [limits.length], data: Int32Array.from(limits) }), indices.shape, [
    last,
  ]);
  const starts = lax.maximum(lax.minimum(indices, limit), lax.fullLike(indices, 0));
  return { starts, isInside: lax.reduce('and', lax.compare('equal', starts, indices), [last]) };
}
