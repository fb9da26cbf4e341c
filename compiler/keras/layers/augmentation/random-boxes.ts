// Rectangles somewhere in images: what erasing and mixing by patches share.
import type { Tensor } from '../../../trace/tensor.ts';
import type { SeedGenerator } from '../../engine/seed-generator.ts';
import * as ops from '../../ops/index.ts';
import { drawFrom } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { perImage } from './value-range.ts';

/** From a place to another along an axis, in pixels, for each image. */
interface Span {
  readonly start: Tensor;
  readonly end: Tensor;
}

export interface Patch {
  readonly x: Span;
  readonly y: Span;
}

/** Patches of the given shares [batch] of width and height, somewhere within the images. */
export function drawPatches({ batch, height, width }: Frame, across: Tensor, down: Tensor, generator: SeedGenerator): Patch {
  const place = (share: Tensor, size: number): Span => {
    const length = ops.multiply(share, size);
    const start = ops.multiply(drawFrom([batch], [0, 1], generator), ops.subtract(size, length));
    return { start, end: ops.add(start, length) };
  };
  const x = place(across, width);
  return { x, y: place(down, height) };
}

/** Which pixels lie in the patches: [batch, height, width, 1]. */
export function patchMask({ x, y }: Patch, { height, width }: Frame): Tensor {
  const within = (position: Tensor, { start, end }: Span): Tensor =>
    ops.logicalAnd(ops.greaterEqual(position, perImage(start)), ops.less(position, perImage(end)));
  const rows = ops.reshape(ops.arange(height, { dtype: 'float32' }), [1, height, 1, 1]);
  const columns = ops.reshape(ops.arange(width, { dtype: 'float32' }), [1, 1, width, 1]);
  return ops.logicalAnd(within(rows, y), within(columns, x));
}
