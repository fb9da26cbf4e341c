// Ops that move blocks of pixels to channels and back, or take images apart into patches.

import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { type TensorLike, toTensor } from '../convert.ts';
import { padConstant } from '../padding.ts';
import { inChannelsLast } from './data-format.ts';

export interface BlockOptions {
  readonly dataFormat?: DataFormat | null;
}

function requireDivisible(x: Tensor, size: number, divisor: number, what: string): void {
  if (size % divisor !== 0) {
    throw new ValueError(`The ${what} must be divisible by ${divisor}. Received: x.shape=${formatShape(x.shape)}`, { code: 'block-size' });
  }
}

/** Channels become pixels: (n, h, w, c) -> (n, h * b, w * b, c / b^2). */
export const depthToSpace = defineOp(
  'depth_to_space',
  ['x', 'block_size'],
  (x: TensorLike, blockSize: number, { dataFormat }: BlockOptions = {}): Tensor =>
    inChannelsLast(toTensor(x), dataFormat, (images) => {
      const b = blockSize;
      const [n, h, w, c] = images.shape as readonly [number, number, number, number];
      requireDivisible(images, c, b * b, 'number of channels');
      const blocks = lax.reshape(images, [n, h, w, b, b, c / (b * b)]);
      return lax.reshape(lax.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h * b, w * b, c / (b * b)]);
    }),
);

/** Pixels become channels: (n, h, w, c) -> (n, h / b, w / b, c * b^2). */
export const spaceToDepth = defineOp(
  'space_to_depth',
  ['x', 'block_size'],
  (x: TensorLike, blockSize: number, { dataFormat }: BlockOptions = {}): Tensor =>
    inChannelsLast(toTensor(x), dataFormat, (images) => {
      const b = blockSize;
      const [n, h, w, c] = images.shape as readonly [number, number, number, number];
      for (const size of [h, w]) requireDivisible(images, size, b, 'height and width');
      const blocks = lax.reshape(images, [n, h / b, b, w / b, b, c]);
      return lax.reshape(lax.transpose(blocks, [0, 1, 3, 2, 4, 5]), [n, h / b, w / b, c * b * b]);
    }),
);

export interface FoldOptions {
  /** Default 1. */
  readonly dilation?: number | readonly number[];
  /** Zeros around the image. Default 0. */
  readonly padding?: number | readonly number[];
  /** Default 1. */
  readonly stride?: number | readonly number[];
}

interface Blocks {
  readonly kernel: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
}

const blocksOf = (kernelSize: number | readonly number[], { dilation = 1, padding = 0, stride = 1 }: FoldOptions): Blocks => ({
  kernel: perAxis(kernelSize, 2, 'kernel_size'),
  dilation: perAxis(dilation, 2, 'dilation'),
  padding: perAxis(padding, 2, 'padding'),
  stride: perAxis(stride, 2, 'stride'),
});

/** How many blocks fit along each axis of a padded image. */
const blockCounts = (size: readonly number[], { kernel, dilation, stride }: Blocks): number[] =>
  size.map(
    (length, axis) => Math.floor((length - ((kernel[axis] as number) - 1) * (dilation[axis] as number) - 1) / (stride[axis] as number)) + 1,
  );

/** Each position of a block, row by row. */
const positionsOf = ({ kernel, dilation }: Blocks): [number, number][] =>
  Array.from({ length: kernel[0] as number }, (_, row) => row).flatMap((row) =>
    Array.from({ length: kernel[1] as number }, (_, column): [number, number] => [
      row * (dilation[0] as number),
      column * (dilation[1] as number),
    ]),
  );

/** Images (n, c, h, w) as blocks (n, c * block pixels, number of blocks). */
export const unfold = defineOp(
  'unfold',
  ['x', 'kernel_size'],
  (x: TensorLike, kernelSize: number | readonly number[], options: FoldOptions = {}): Tensor => {
    const blocks = blocksOf(kernelSize, options);
    const [padHeight, padWidth] = blocks.padding as readonly [number, number];
    const padded = padConstant(toTensor(x), [
      [0, 0],
      [0, 0],
      [padHeight, padHeight],
      [padWidth, padWidth],
    ]);
    const [n, c, h, w] = padded.shape as readonly [number, number, number, number];
    const [rows, columns] = blockCounts([h, w], blocks) as [number, number];
    const [down, right] = blocks.stride as readonly [number, number];
    const pixels = positionsOf(blocks).map(([top, left]) => {
      const limit = [n, c, top + (rows - 1) * down + 1, left + (columns - 1) * right + 1];
      return lax.reshape(lax.slice(padded, [0, 0, top, left], limit, [1, 1, down, right]), [n, c, 1, rows * columns]);
    });
    return lax.reshape(lax.concatenate(pixels, 2), [n, c * pixels.length, rows * columns]);
  },
);

/** Adds blocks (n, c * block pixels, number of blocks) up to images (n, c, ...outputSize). */
export const fold = defineOp(
  'fold',
  ['x', 'output_size', 'kernel_size'],
  (x: TensorLike, outputSize: number | readonly number[], kernelSize: number | readonly number[], options: FoldOptions = {}): Tensor => {
    const tensor = toTensor(x);
    const blocks = blocksOf(kernelSize, options);
    const size = perAxis(outputSize, 2, 'output_size');
    const [height, width] = size.map((length, axis) => length + 2 * (blocks.padding[axis] as number)) as [number, number];
    const [rows, columns] = blockCounts([height, width], blocks) as [number, number];
    const [down, right] = blocks.stride as readonly [number, number];
    const positions = positionsOf(blocks);
    const [n, channels] = tensor.shape as readonly [number, number];
    const c = channels / positions.length;
    const pixels = lax.reshape(tensor, [n, c, positions.length, rows, columns]);
    const zero = lax.scalar(0, tensor.dtype);
    const parts = positions.map(([top, left], index) => {
      const plane = lax.reshape(lax.slice(pixels, [0, 0, index, 0, 0], [n, c, index + 1, rows, columns]), [n, c, rows, columns]);
      const high = [0, 0, height - top - (rows - 1) * down - 1, width - left - (columns - 1) * right - 1];
      return lax.pad(plane, zero, [0, 0, top, left], high, [0, 0, down - 1, right - 1]);
    });
    const image = parts.reduce((sum, part) => lax.add(sum, part));
    const [padHeight, padWidth] = blocks.padding as readonly [number, number];
    return lax.slice(image, [0, 0, padHeight, padWidth], [n, c, height - padHeight, width - padWidth]);
  },
);
