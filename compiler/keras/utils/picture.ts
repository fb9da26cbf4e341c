// Pictures in files: PNG and JPEG to pixels and back.
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { FormatError, quote, UnsupportedError, ValueError } from '../../errors/index.ts';

export type ColorMode = 'grayscale' | 'rgb' | 'rgba';

/** Pixels: rows of `width` pixels of `channels` bytes each. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 1 grey, 3 red, green, blue, 4 with opacity. */
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

export const CHANNELS: Readonly<Record<ColorMode, 1 | 3 | 4>> = { grayscale: 1, rgb: 3, rgba: 4 };
/** The endings of files that are pictures. */
export const PICTURE_ENDINGS: readonly string[] = ['.jpeg', '.jpg', '.png'];

/** More pixels than any photograph: a file that claims more is not read. */
const LARGEST_PICTURE = 2 ** 27;

/** The pixels of a PNG or JPEG file, in this many colours. Throws FormatError where the file is broken. */
export function decodePicture(file: Uint8Array, mode: ColorMode, where: string): Picture {
  const channels = CHANNELS[mode];
  if (!channels) {
    throw new ValueError(`\`color_mode\` must be one of {"rgb", "rgba", "grayscale"}. Received: color_mode=${quote(mode)}`, PICTURE);
  }
  const decode = isPng(file) ? decodePng : isJpeg(file) ? decodeJpeg : refuseFormat(file, where);
  try {
    return toChannels(decode(file), channels);
  } catch (cause) {
    if (cause instanceof ValueError) throw cause;
    throw new FormatError(`The picture ${quote(where)} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      ...PICTURE,
      cause,
    });
  }
}

const PICTURE = { code: 'picture' };

interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const isPng = (file: Uint8Array): boolean =>
  file.length > 24 && file[0] === 0x89 && file[1] === 0x50 && file[2] === 0x4e && file[3] === 0x47;
const isJpeg = (file: Uint8Array): boolean => file[0] === 0xff && file[1] === 0xd8;

function decodePng(file: Uint8Array): Rgba {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  // The header gives the size before anything is unpacked.
  const pixels = view.getUint32(16) * view.getUint32(20);
  if (pixels > LARGEST_PICTURE) throw new FormatError(`A picture of ${pixels} pixels is too large.`, PICTURE);
  return PNG.sync.read(Buffer.from(file.buffer, file.byteOffset, file.length));
}

const decodeJpeg = (file: Uint8Array): Rgba =>
  jpeg.decode(file, { useTArray: true, maxResolutionInMP: LARGEST_PICTURE / 1e6, maxMemoryUsageInMB: 2048 });

function refuseFormat(file: Uint8Array, where: string): never {
  const name = file[0] === 0x42 && file[1] === 0x4d ? 'BMP' : file[0] === 0x47 && file[1] === 0x49 ? 'GIF' : undefined;
  const message = `The picture ${quote(where)} is ${name ? `a ${name} file` : 'neither a PNG nor a JPEG file'}.`;
  if (!name) throw new FormatError(message, PICTURE);
  throw new UnsupportedError(message, { ...PICTURE, cure: 'Convert it to PNG.' });
}

/** Luma as in ITU-R 601, in the integers that Pillow uses. */
const greyOf = (red: number, green: number, blue: number): number => (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;

function toChannels({ width, height, data }: Rgba, channels: 1 | 3 | 4): Picture {
  if (channels === 4) return { width, height, channels, data: new Uint8Array(data) };
  const pixels = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = [data[4 * pixel] as number, data[4 * pixel + 1] as number, data[4 * pixel + 2] as number];
    if (channels === 1) pixels[pixel] = greyOf(red, green, blue);
    else pixels.set([red, green, blue], 3 * pixel);
  }
  return { width, height, channels, data: pixels };
}

export type PictureFormat = 'png' | 'jpeg';

/** A file of the picture. JPEG has no opacity: it is dropped. */
export function encodePicture(picture: Picture, format: PictureFormat, quality = 75): Uint8Array {
  const { width, height } = picture;
  const data = toRgba(picture);
  if (format === 'jpeg') return jpeg.encode({ width, height, data }, quality).data;
  const png = new PNG({ width, height });
  png.data.set(data);
  return PNG.sync.write(png);
}

function toRgba({ width, height, channels, data }: Picture): Uint8Array {
  if (channels === 4) return data;
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = data[channels === 1 ? pixel : 3 * pixel + channel] as number;
    }
    rgba[4 * pixel + 3] = 255;
  }
  return rgba;
}
