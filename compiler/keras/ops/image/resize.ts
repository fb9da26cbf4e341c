// Resizing of images: per axis, each output element is a weighted sum of input elements; the weights are known ahead.
// Follows TensorFlow's kernels, whose pixel centres lie at half integers.

import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { isInteger } from '../../../ir/dtype.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { contract } from '../contraction.ts';
import { saturateCast } from '../conversion.ts';
import { constantOf, fullAs, type TensorLike, toTensor } from '../convert.ts';
import { takeAxis } from '../indexing.ts';
import { repeatAxis, sliceAxis } from '../joining.ts';
import { standardizeDataFormat } from '../nn/data-format.ts';
import { padConstant } from '../padding.ts';
import { movePermutation } from '../shapes.ts';
import { INTERPOLATIONS, type Interpolation, resizeTaps, type Taps } from './resize-taps.ts';

export interface ResizeOptions {
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Widens the filter where the image shrinks. */
  readonly antialias?: boolean;
  /** Crops the image to the target's aspect ratio first. */
  readonly cropToAspectRatio?: boolean;
  /** Pads the image to the target's aspect ratio first. */
  readonly padToAspectRatio?: boolean;
  readonly fillMode?: 'constant';
  readonly fillValue?: number;
  readonly dataFormat?: DataFormat | null;
}

/** Resizes images of shape (height, width, channels) or (batch, height, width, channels) to `size`, in their dtype. */
export const resize = defineOp(
  'image.resize',
  ['images', 'size'],
  (images: TensorLike, size: readonly number[], options: ResizeOptions = {}): Tensor => {
    const given = toTensor(images);
    checkArguments(given, size, options);
    const [heightAxis, widthAxis] = spatialAxes(given.rank, options.dataFormat);
    const [height, width] = size as readonly [number, number];
    const framed = frame(given, [heightAxis, widthAxis], [height, width], options);
    const { interpolation = 'bilinear', antialias = false } = options;
    const number = isInteger(framed.dtype) && interpolation !== 'nearest' ? lax.cast(framed, 'float32') : framed;
    const resized = resizeAxis(
      resizeAxis(number, heightAxis, height, interpolation, antialias),
      widthAxis,
      width,
      interpolation,
      antialias,
    );
    // Integers come back as integers, rounded and kept in their range.
    return resized.dtype === framed.dtype ? resized : saturateCast(lax.round(resized), framed.dtype);
  },
);

/** The axes of height and width. */
export function spatialAxes(rank: number, dataFormat: string | null | undefined): readonly [number, number] {
  return standardizeDataFormat(dataFormat) === 'channels_last' ? [rank - 3, rank - 2] : [rank - 2, rank - 1];
}

function checkArguments(
  images: Tensor,
  size: readonly number[],
  { interpolation = 'bilinear', fillMode = 'constant', cropToAspectRatio, padToAspectRatio }: ResizeOptions,
): void {
  const refuse = (message: string): never => {
    throw new ValueError(message, { code: 'resize' });
  };
  if (!INTERPOLATIONS.includes(interpolation)) {
    refuse(
      `Invalid value for argument \`interpolation\`. Expected of one ${quote(INTERPOLATIONS)}. Received: interpolation=${interpolation}`,
    );
  }
  if (fillMode !== 'constant')
    refuse(`Invalid value for argument \`fill_mode\`. Only \`'constant'\` is supported. Received: fill_mode=${fillMode}`);
  if (cropToAspectRatio && padToAspectRatio) refuse('Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`.');
  if (size.length !== 2) refuse(`Argument \`size\` must be a tuple of two elements (height, width). Received: size=${quote(size)}`);
  if (images.rank !== 3 && images.rank !== 4) {
    refuse(
      `Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). Received input with shape: images.shape=${formatShape(images.shape)}`,
    );
  }
}

/** Crops or pads to the target's aspect ratio. */
function frame(
  images: Tensor,
  axes: readonly [number, number],
  target: readonly [number, number],
  { cropToAspectRatio, padToAspectRatio, fillValue = 0 }: ResizeOptions,
): Tensor {
  const [height, width] = axes.map((axis) => images.shape[axis] as number) as [number, number];
  const ideal = [Math.trunc((width * target[0]) / target[1]), Math.trunc((height * target[1]) / target[0])] as const;
  if (cropToAspectRatio) {
    return axes.reduce((image, axis, index) => {
      const size = images.shape[axis] as number;
      const kept = Math.max(1, Math.min(size, ideal[index] as number));
      const start = Math.trunc((size - kept) / 2);
      return sliceAxis(image, axis, start, start + kept);
    }, images);
  }
  if (padToAspectRatio) {
    const widths = images.shape.map((size, axis) => {
      const index = axes.indexOf(axis);
      const border = index === -1 ? 0 : Math.trunc((Math.max(size, ideal[index] as number) - size) / 2);
      return [border, border] as const;
    });
    return padConstant(images, widths, lax.scalar(fillValue, images.dtype));
  }
  return images;
}

/** Resizes one axis. */
function resizeAxis(x: Tensor, axis: number, outputs: number, interpolation: Interpolation, antialias: boolean): Tensor {
  const size = x.shape[axis] as number;
  if (size === outputs) return x;
  if (interpolation === 'nearest') {
    if (outputs % size === 0) return repeatAxis(x, outputs / size, axis);
    const scale = Math.fround(size / outputs);
    const source = Array.from({ length: outputs }, (_, index) => Math.min(size - 1, Math.floor(Math.fround((index + 0.5) * scale))));
    return takeAxis(x, constantOf(source, 'int32'), axis);
  }
  const taps = resizeTaps(size, outputs, interpolation, antialias);
  const widest = Math.max(...taps.map((row) => row.length));
  return widest <= 4 && widest < size ? gatherTaps(x, axis, taps, widest) : multiplyTaps(x, axis, taps);
}

/** A few taps per output: gathers each tap's elements and adds them up with their weights. */
function gatherTaps(x: Tensor, axis: number, taps: Taps, widest: number): Tensor {
  const parts = Array.from({ length: widest }, (_, tap) => {
    const picked = takeAxis(
      x,
      constantOf(
        taps.map((row) => row[tap]?.index ?? 0),
        'int32',
      ),
      axis,
    );
    const weights = constantOf(
      taps.map((row) => row[tap]?.weight ?? 0),
      x.dtype,
    );
    return lax.multiply(picked, lax.broadcast(weights, picked.shape, [axis]));
  });
  return parts.reduce((sum, part) => lax.add(sum, part));
}

/** Many taps per output: a product with the matrix of weights. */
function multiplyTaps(x: Tensor, axis: number, taps: Taps): Tensor {
  const size = x.shape[axis] as number;
  const matrix = taps.map((row) => {
    const weights = new Array<number>(size).fill(0);
    for (const { index, weight } of row) weights[index] = (weights[index] as number) + weight;
    return weights;
  });
  const product = contract(x, constantOf(matrix, x.dtype), { lhsContracting: [axis], rhsContracting: [1] });
  return lax.transpose(product, movePermutation(x.rank, [x.rank - 1], [axis]));
}

/** The images in grey: 0.2989 red + 0.587 green + 0.114 blue. */
export const rgbToGrayscale = defineOp(
  'image.rgb_to_grayscale',
  ['images'],
  (images: TensorLike, { dataFormat }: { readonly dataFormat?: DataFormat | null } = {}): Tensor => {
    const given = toTensor(images);
    const axis = standardizeDataFormat(dataFormat) === 'channels_last' ? given.rank - 1 : given.rank - 3;
    const channels = given.shape[axis];
    if (given.rank !== 3 && given.rank !== 4) {
      throw new ValueError(
        `Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). Received input with shape: images.shape=${formatShape(given.shape)}`,
        { code: 'rank' },
      );
    }
    if (channels !== 1 && channels !== 3) {
      throw new ValueError(
        `Invalid channel size: expected 3 (RGB) or 1 (Grayscale). Received input with shape: images.shape=${formatShape(given.shape)}`,
        { code: 'channels' },
      );
    }
    if (channels === 1) return given;
    const number = isInteger(given.dtype) ? lax.cast(given, 'float32') : given;
    const parts = [0.2989, 0.587, 0.114].map((weight, channel) => {
      const plane = sliceAxis(number, axis, channel, channel + 1);
      return lax.multiply(plane, fullAs(plane, weight));
    });
    return lax.cast(
      parts.reduce((sum, part) => lax.add(sum, part)),
      given.dtype,
    );
  },
);
