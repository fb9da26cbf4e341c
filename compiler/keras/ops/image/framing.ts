// Padding and cropping of images, and patches of them.

import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { type TensorLike, toTensor } from '../convert.ts';
import { conv } from '../nn/conv.ts';
import { padConstant } from '../padding.ts';
import { spatialAxes } from './resize.ts';

/** Of the start, the end and the target size, two determine the third. */
interface Extent {
  readonly start: number;
  readonly end: number;
}

function resolveExtent(start: number | null | undefined, end: number | null | undefined, total: number, names: string): Extent {
  const given = [start, end].filter((value) => value !== null && value !== undefined).length;
  const first = start ?? total - (end ?? Number.NaN);
  const last = end ?? total - (start ?? Number.NaN);
  if (given === 0 || Number.isNaN(first) || Number.isNaN(last)) {
    throw new ValueError(`Must specify exactly two of ${names}.`, { code: 'arguments' });
  }
  if (first < 0 || last < 0) throw new ValueError(`${names} must not be negative. Received: ${first}, ${last}`, { code: 'arguments' });
  return { start: first, end: last };
}

export interface PadImagesOptions {
  readonly topPadding?: number | null;
  readonly bottomPadding?: number | null;
  readonly leftPadding?: number | null;
  readonly rightPadding?: number | null;
  readonly targetHeight?: number | null;
  readonly targetWidth?: number | null;
  readonly dataFormat?: DataFormat | null;
}

/** Puts zeros around images; of top, bottom and target height two are given, and likewise of the width. */
export const padImages = defineOp('image.pad_images', ['images'], (images: TensorLike, options: PadImagesOptions = {}): Tensor => {
  const tensor = toTensor(images);
  const [heightAxis, widthAxis] = spatialAxes(tensor.rank, options.dataFormat);
  const spare = (axis: number, target: number | null | undefined): number => (target ?? Number.NaN) - (tensor.shape[axis] as number);
  const vertical = resolveExtent(
    options.topPadding,
    options.bottomPadding,
    spare(heightAxis, options.targetHeight),
    'top_padding, bottom_padding, target_height',
  );
  const horizontal = resolveExtent(
    options.leftPadding,
    options.rightPadding,
    spare(widthAxis, options.targetWidth),
    'left_padding, right_padding, target_width',
  );
  const extent = (axis: number): Extent | undefined => (axis === heightAxis ? vertical : axis === widthAxis ? horizontal : undefined);
  return padConstant(
    tensor,
    tensor.shape.map((_, axis) => [extent(axis)?.start ?? 0, extent(axis)?.end ?? 0] as const),
  );
});

export interface CropImagesOptions {
  readonly topCropping?: number | null;
  readonly bottomCropping?: number | null;
  readonly leftCropping?: number | null;
  readonly rightCropping?: number | null;
  readonly targetHeight?: number | null;
  readonly targetWidth?: number | null;
  readonly dataFormat?: DataFormat | null;
}

/** Cuts the borders of images off; of top, bottom and target height two are given, and likewise of the width. */
export const cropImages = defineOp('image.crop_images', ['images'], (images: TensorLike, options: CropImagesOptions = {}): Tensor => {
  const tensor = toTensor(images);
  const [heightAxis, widthAxis] = spatialAxes(tensor.rank, options.dataFormat);
  const spare = (axis: number, target: number | null | undefined): number => (tensor.shape[axis] as number) - (target ?? Number.NaN);
  const vertical = resolveExtent(
    options.topCropping,
    options.bottomCropping,
    spare(heightAxis, options.targetHeight),
    'top_cropping, bottom_cropping, target_height',
  );
  const horizontal = resolveExtent(
    options.leftCropping,
    options.rightCropping,
    spare(widthAxis, options.targetWidth),
    'left_cropping, right_cropping, target_width',
  );
  const extent = (axis: number): Extent | undefined => (axis === heightAxis ? vertical : axis === widthAxis ? horizontal : undefined);
  const start = tensor.shape.map((_, axis) => extent(axis)?.start ?? 0);
  const limit = tensor.shape.map((size, axis) => size - (extent(axis)?.end ?? 0));
  if (limit.some((end, axis) => end <= (start[axis] as number))) {
    throw new ValueError(`The cropping leaves nothing of images of shape ${formatShape(tensor.shape)}.`, { code: 'cropping' });
  }
  return lax.slice(tensor, start, limit);
});

export interface ExtractPatchesOptions {
  /** Steps between patches; the patch size by default. */
  readonly strides?: number | readonly number[] | null;
  readonly dilationRate?: number | readonly number[];
  readonly padding?: 'valid' | 'same';
  readonly dataFormat?: DataFormat | null;
}

/** A convolution with one filter per pixel of a patch: each output is that pixel. */
function patchesOf(
  images: Tensor,
  size: readonly number[],
  { strides, dilationRate = 1, padding = 'valid', dataFormat = null }: ExtractPatchesOptions,
): Tensor {
  const isUnbatched = images.rank === size.length + 1;
  const batch = isUnbatched ? lax.reshape(images, [1, ...images.shape]) : images;
  const channels = batch.shape[dataFormat === 'channels_first' ? 1 : batch.rank - 1] as number;
  const pixels = size.reduce((product, length) => product * length, channels);
  const identity = lax.compare('equal', lax.iota('int32', [pixels, pixels], 0), lax.iota('int32', [pixels, pixels], 1));
  const kernel = lax.reshape(lax.cast(identity, images.dtype), [...size, channels, pixels]);
  const patches = conv(batch, kernel, { strides: strides ?? size, dilationRate, padding, dataFormat });
  return isUnbatched ? lax.reshape(patches, patches.shape.slice(1)) : patches;
}

/** Patches of images as channels: (batch, h, w, c) -> (batch, rows, columns, patch pixels * c). */
export const extractPatches = defineOp(
  'image.extract_patches',
  ['images', 'size'],
  (images: TensorLike, size: number | readonly number[], options: ExtractPatchesOptions = {}): Tensor =>
    patchesOf(toTensor(images), typeof size !== 'number' && size.length === 3 ? size : perAxis(size, 2, 'size'), options),
);
/** Patches of volumes as channels. */
export const extractPatches_3d = defineOp(
  'image.extract_patches_3d',
  ['volumes', 'size'],
  (volumes: TensorLike, size: number | readonly number[], options: ExtractPatchesOptions = {}): Tensor =>
    patchesOf(toTensor(volumes), perAxis(size, 3, 'size'), options),
);
