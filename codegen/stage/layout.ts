// Layouts of buffers: row-major, with halos, or with channels in blocks.
import type { Layout } from './stage.ts';

/** Packed row-major. */
export function rowMajor(shape: readonly number[]): Layout {
  return paddedRowMajor(
    shape,
    shape.map(() => [0, 0] as const),
  );
}

/** Row-major with zero elements around each dim. */
export function paddedRowMajor(shape: readonly number[], halo: readonly (readonly [number, number])[]): Layout {
  const strides = new Array<number>(shape.length);
  let elements = 1;
  let offset = 0;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const [before, after] = halo[dim] as readonly [number, number];
    strides[dim] = elements;
    offset += before * elements;
    elements *= (shape[dim] as number) + before + after;
  }
  return { offset, strides, halo, elements };
}

/**
 * Channels (the last dim) in blocks of `size` that lie together, blocks outermost but for the batch: N, C / size, H, W,
 * size. The last block may be partly unused.
 */
export function blockedChannels(shape: readonly number[], halo: readonly (readonly [number, number])[], size: number): Layout {
  const last = shape.length - 1;
  const strides = new Array<number>(shape.length);
  strides[last] = 1;
  let stride = size;
  let offset = 0;
  for (let dim = last - 1; dim >= 1; dim--) {
    const [before, after] = halo[dim] as readonly [number, number];
    strides[dim] = stride;
    offset += before * stride;
    stride *= (shape[dim] as number) + before + after;
  }
  const blocks = Math.ceil((shape[last] as number) / size);
  strides[0] = stride * blocks;
  return { offset, strides, block: { dim: last, size, stride }, halo, elements: strides[0] * (shape[0] as number) };
}
