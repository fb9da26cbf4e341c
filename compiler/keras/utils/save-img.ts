// Writes pictures to files.

import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { quote, ValueError } from '../../errors/index.ts';
import type { DataFormat } from '../engine/backend-config.ts';
import type { TensorLike } from '../ops/index.ts';
import { arrayToImg } from './array-to-img.ts';
import { encodePicture, type PictureFormat } from './picture.ts';

export interface SaveImgOptions {
  /** Default: `keras.config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat | null;
  /** Default: by the ending of the path. */
  readonly fileFormat?: 'png' | 'jpeg' | 'jpg' | null;
  /** Whether the smallest number becomes 0 and the largest 255. Default true. */
  readonly scale?: boolean;
  /** Of JPEG, 1 to 100. Default 75. */
  readonly quality?: number;
}

const FORMATS: Readonly<Record<string, PictureFormat>> = { png: 'png', jpg: 'jpeg', jpeg: 'jpeg' };

/** Writes an array (height, width, channels) as PNG or JPEG. JPEG has no opacity: it is dropped. */
export async function saveImg(path: string, x: TensorLike, options: SaveImgOptions = {}): Promise<void> {
  const { dataFormat = null, fileFormat, scale = true, quality } = options;
  const name = (fileFormat ?? extname(path).slice(1)).toLowerCase();
  const format = FORMATS[name];
  if (!format) {
    throw new ValueError(`Pictures are written as PNG or JPEG. Received: ${quote(path)}, file format ${quote(name)}`, { code: 'picture' });
  }
  await writeFile(path, encodePicture(arrayToImg(x, { dataFormat, scale }), format, quality));
}
