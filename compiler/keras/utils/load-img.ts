// Reads pictures from files.
import { readFile } from 'node:fs/promises';
import { quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import type { Interpolation } from '../ops/image/resize-taps.ts';
import { type ColorMode, decodePicture, type Picture } from './picture.ts';
import { cropPixels, resizePixels } from './resize-picture.ts';

export interface LoadImgOptions {
  /** Default rgb. */
  readonly colorMode?: ColorMode;
  /** [height, width]; default: as in the file. */
  readonly targetSize?: readonly [number, number] | null;
  /** Default nearest. */
  readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  /** Cuts off what is too wide or too high, so that nothing is distorted. Default false. */
  readonly keepAspectRatio?: boolean;
}

/** Pillow's names of filters. */
const FILTERS: Readonly<Record<string, Interpolation>> = {
  nearest: 'nearest',
  bilinear: 'bilinear',
  bicubic: 'bicubic',
  lanczos: 'lanczos3',
};

/**
 * A picture from a PNG or JPEG file.
 *
 * @example const x = utils.imgToArray(await utils.loadImg('cat.jpg', { targetSize: [224, 224] }));
 */
export async function loadImg(path: string, options: LoadImgOptions = {}): Promise<Picture> {
  const { colorMode = 'rgb', targetSize = null, interpolation = 'nearest', keepAspectRatio = false } = options;
  const picture = decodePicture(await readFile(path), colorMode, path);
  if (!targetSize || (picture.height === targetSize[0] && picture.width === targetSize[1])) return picture;
  const [height, width] = targetSize;
  const framed = keepAspectRatio ? cropToRatio(picture, height, width) : picture;
  const settings = { interpolation: filterNamed(interpolation), antialias: interpolation !== 'nearest', round: toByte };
  return { height, width, channels: picture.channels, data: Uint8Array.from(resizePixels(framed, height, width, settings).data) };
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

function cropToRatio(picture: Picture, height: number, width: number) {
  const cropHeight = Math.min(picture.height, Math.floor((picture.width * height) / width));
  const cropWidth = Math.min(picture.width, Math.floor((picture.height * width) / height));
  const [top, left] = [Math.floor((picture.height - cropHeight) / 2), Math.floor((picture.width - cropWidth) / 2)];
  return cropPixels(picture, top, left, cropHeight, cropWidth);
}

function filterNamed(name: string): Interpolation {
  const found = FILTERS[name];
  if (found) return found;
  if (name === 'box' || name === 'hamming') {
    throw new UnsupportedError(`Pictures are not resized with the filter ${quote(name)} here.`, {
      code: 'picture',
      cure: 'Take bilinear.',
    });
  }
  throw new ValueError(`Invalid interpolation method ${name} specified. Supported methods are ${Object.keys(FILTERS).join(', ')}`, {
    code: 'picture',
  });
}
