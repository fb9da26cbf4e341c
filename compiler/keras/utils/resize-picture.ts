// Resizes pictures on the host, where each file has a size of its own and compiling a program for each would take longer.
import { type Interpolation, resizeTaps, type Taps } from '../ops/image/resize-taps.ts';

/** Rows of pixels of several channels, as numbers. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

export interface ResizePixelsOptions {
  readonly interpolation: Interpolation;
  /** Widens the filter where the picture shrinks, as Pillow does. */
  readonly antialias: boolean;
  /** What is done to numbers after each axis. */
  readonly round?: (value: number) => number;
}

/** The picture in another size; the same weights as `ops.image.resize` has. */
export function resizePixels(
  pixels: Pixels,
  height: number,
  width: number,
  options: ResizePixelsOptions,
): Pixels & { readonly data: Float32Array } {
  const { channels } = pixels;
  const wide = resizeAxis(pixels.data, [pixels.height, pixels.width, channels], width, options);
  return { height, width, channels, data: resizeAxis(wide, [1, pixels.height, width * channels], height, options) };
}

function resizeAxis(
  data: ArrayLike<number>,
  [outer, size, inner]: readonly [number, number, number],
  outputs: number,
  { interpolation, antialias, round = (value) => value }: ResizePixelsOptions,
): Float32Array {
  if (size === outputs) return Float32Array.from(data);
  const taps = interpolation === 'nearest' ? nearestTaps(size, outputs) : resizeTaps(size, outputs, interpolation, antialias);
  const resized = new Float32Array(outer * outputs * inner);
  for (let block = 0; block < outer; block++) {
    taps.forEach((row, output) => {
      const to = (block * outputs + output) * inner;
      for (let place = 0; place < inner; place++) {
        let sum = 0;
        for (const { index, weight } of row) sum += weight * (data[(block * size + index) * inner + place] as number);
        resized[to + place] = round(sum);
      }
    });
  }
  return resized;
}

/** The input at each output's centre. */
const nearestTaps = (size: number, outputs: number): Taps =>
  Array.from({ length: outputs }, (_, output) => [{ index: Math.min(size - 1, Math.floor(((output + 0.5) * size) / outputs)), weight: 1 }]);

/** The part of a picture from (`top`, `left`). */
export function cropPixels(pixels: Pixels, top: number, left: number, height: number, width: number): Pixels {
  const { channels, data } = pixels;
  const cropped = new Float32Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * pixels.width + left) * channels;
    for (let place = 0; place < width * channels; place++) cropped[row * width * channels + place] = data[from + place] as number;
  }
  return { height, width, channels, data: cropped };
}
