// Between pictures and arrays.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { type DataFormat, floatx, standardizeDataFormat } from '../engine/backend-config.ts';
import * as ops from '../ops/index.ts';
import type { Picture } from './picture.ts';

export interface ImgToArrayOptions {
  /** Default: `keras.config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null;
  /** Default: `keras.config.floatx()`. */
  readonly dtype?: DType | null;
}

/** The pixels as numbers from 0 to 255: (height, width, channels), or (channels, height, width). */
export function imgToArray({ height, width, channels, data }: Picture, { dataFormat, dtype }: ImgToArrayOptions = {}): Tensor {
  const pixels = ops.cast(tensorOf('uint8', [height, width, channels], data), dtype ?? floatx());
  return standardizeDataFormat(dataFormat) === 'channels_last' ? pixels : ops.transpose(pixels, { axes: [2, 0, 1] });
}

export interface ArrayToImgOptions extends ImgToArrayOptions {
  /** Whether the smallest number becomes 0 and the largest 255. Default true. */
  readonly scale?: boolean;
}

/** A picture of an array (height, width, channels) with 1, 3 or 4 channels. */
export function arrayToImg(x: ops.TensorLike, { dataFormat, dtype, scale = true }: ArrayToImgOptions = {}): Picture {
  const given = ops.convertToTensor(x);
  if (given.rank !== 3) refuse(`Expected image array to have rank 3 (single image). Got array with shape: ${formatShape(given.shape)}`);
  const last = standardizeDataFormat(dataFormat) === 'channels_last' ? given : ops.transpose(given, { axes: [1, 2, 0] });
  const [height, width, channels] = last.shape as readonly [number, number, number];
  if (channels !== 1 && channels !== 3 && channels !== 4) refuse(`Unsupported channel number: ${channels}`);
  const numbers = ops.cast(ops.cast(last, dtype ?? floatx()), 'float32').data as Float32Array;
  const values = scale ? stretch(numbers) : numbers;
  const wrong = values.find((value) => !(value > -1 && value < 256));
  if (wrong !== undefined) refuse(`Pixels must be numbers from 0 to 255 where \`scale\` is false. Received: ${wrong}`);
  return { height, width, channels: channels as 1 | 3 | 4, data: Uint8Array.from(values) };
}

/** 255 (x - smallest) / largest of these. */
function stretch(numbers: Float32Array): Float32Array {
  const smallest = numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const moved = numbers.map((value) => value - smallest);
  const largest = moved.reduce((most, value) => Math.max(most, value), 0);
  return moved.map((value) => (largest === 0 ? value : Math.fround(value / largest)) * 255);
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'picture' });
}
