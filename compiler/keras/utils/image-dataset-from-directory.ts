// Data sets of pictures in folders.
import { readFile } from 'node:fs/promises';
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { type Tensor, tensorOf } from '../../trace/tensor.ts';
import { type DataFormat, standardizeDataFormat } from '../engine/backend-config.ts';
import { INTERPOLATIONS, type Interpolation } from '../ops/image/resize-taps.ts';
import * as ops from '../ops/index.ts';
import { datasetFromDirectory, type SubsetResult } from './directory-dataset.ts';
import type { DirectoryOptions } from './directory-index.ts';
import { CHANNELS, type ColorMode, decodePicture, PICTURE_ENDINGS } from './picture.ts';
import { cropPixels, type Pixels, resizePixels } from './resize-picture.ts';

export interface ImageDatasetOptions extends DirectoryOptions {
  /** Default rgb. */
  readonly colorMode?: ColorMode;
  /** [height, width] of all pictures. Default 256 x 256. */
  readonly imageSize?: number | readonly [number, number];
  /** Default bilinear. */
  readonly interpolation?: Interpolation;
  /** Cuts off what is too wide or too high, so that nothing is distorted. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Adds black borders, so that nothing is distorted. Default false. */
  readonly padToAspectRatio?: boolean;
  /** Default: `keras.config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Pictures in folders that are named after their classes: batches `[pictures, labels]`, pictures float32 from 0 to 255 of shape
 * (batch, height, width, channels).
 *
 * @example
 * const options = { imageSize: [180, 180], validationSplit: 0.2, subset: 'both', seed: 1 } as const;
 * const [train, validation] = await utils.imageDatasetFromDirectory('flowers', options);
 * await model.fit(train, { validationData: validation, epochs: 10 });
 */
export async function imageDatasetFromDirectory<const O extends ImageDatasetOptions>(
  directory: string,
  options?: O,
): Promise<SubsetResult<O>> {
  const given = options ?? ({} as O);
  const reading = checkReading(given);
  return datasetFromDirectory(directory, { name: 'image', endings: PICTURE_ENDINGS, read: (path) => readPicture(path, reading) }, given);
}

interface Reading {
  readonly colorMode: ColorMode;
  readonly height: number;
  readonly width: number;
  readonly interpolation: Interpolation;
  readonly framing: 'stretch' | 'crop' | 'pad';
  readonly isChannelsLast: boolean;
}

function checkReading(options: ImageDatasetOptions): Reading {
  const { colorMode = 'rgb', imageSize = [256, 256], cropToAspectRatio = false, padToAspectRatio = false } = options;
  const size = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  const interpolation = (options.interpolation ?? 'bilinear').toLowerCase() as Interpolation;
  if (!(colorMode in CHANNELS))
    refuse(`\`color_mode\` must be one of {"rgb", "rgba", "grayscale"}. Received: color_mode=${quote(colorMode)}`);
  if (size.length !== 2) refuse(`Invalid \`image_size\` value. Expected a tuple of 2 integers. Received: image_size=${formatShape(size)}`);
  if (!INTERPOLATIONS.includes(interpolation)) {
    refuse(
      `Argument \`interpolation\` should be one of ${INTERPOLATIONS.map(quote).join(', ')}. Received: interpolation=${quote(interpolation)}`,
    );
  }
  if (cropToAspectRatio && padToAspectRatio) refuse('Only one of `pad_to_aspect_ratio`, `crop_to_aspect_ratio` can be set to `True`.');
  return {
    colorMode,
    height: size[0] as number,
    width: size[1] as number,
    interpolation,
    framing: cropToAspectRatio ? 'crop' : padToAspectRatio ? 'pad' : 'stretch',
    isChannelsLast: standardizeDataFormat(options.dataFormat) === 'channels_last',
  };
}

async function readPicture(path: string, reading: Reading): Promise<Tensor> {
  const { height, width, isChannelsLast } = reading;
  const picture = decodePicture(await readFile(path), reading.colorMode, path);
  const pixels = frameAndResize(picture, reading);
  const image = tensorOf('float32', [height, width, picture.channels], pixels);
  return isChannelsLast ? image : ops.transpose(image, { axes: [2, 0, 1] });
}

function frameAndResize(picture: Pixels, { height, width, interpolation, framing }: Reading): Float32Array {
  const settings = { interpolation, antialias: false };
  if (framing === 'stretch') return resizePixels(picture, height, width, settings).data;
  if (framing === 'crop') {
    const rows = Math.max(1, Math.min(picture.height, Math.trunc((picture.width * height) / width)));
    const columns = Math.max(1, Math.min(picture.width, Math.trunc((picture.height * width) / height)));
    const [top, left] = [Math.trunc((picture.height - rows) / 2), Math.trunc((picture.width - columns) / 2)];
    return resizePixels(cropPixels(picture, top, left, rows, columns), height, width, settings).data;
  }
  const ratio = Math.max(picture.width / width, picture.height / height);
  const [tall, wide] = [picture.height / ratio, picture.width / ratio];
  const resized = resizePixels(picture, Math.max(1, Math.floor(tall)), Math.max(1, Math.floor(wide)), settings);
  return placed(resized, [height, width], [Math.floor((height - tall) / 2), Math.floor((width - wide) / 2)]);
}

/** At (`top`, `left`) of a black picture. */
function placed(pixels: Pixels, [height, width]: readonly [number, number], [top, left]: readonly [number, number]): Float32Array {
  const { height: rows, width: columns, channels, data } = pixels;
  const whole = new Float32Array(height * width * channels);
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < columns * channels; place++) {
      whole[((top + row) * width + left) * channels + place] = data[row * columns * channels + place] as number;
    }
  }
  return whole;
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'directory' });
}
