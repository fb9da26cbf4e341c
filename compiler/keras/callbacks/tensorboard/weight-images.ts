// Weights as grey images.
import { PNG } from 'pngjs';
import type { NDArray } from '../../../ir/ndarray.ts';
import { images, type Summary } from './summaries.ts';

/** A matrix lies on its longer side; the last axis of a small kernel counts its images. Undefined for what is no picture. */
export function weightImages(tag: string, { shape, data }: NDArray): Summary | undefined {
  const dims = shape.filter((dim) => dim !== 1);
  const at = (index: number): number => Number(data[index]);
  if (dims.length === 0 || dims.length > 3) return undefined;
  if (dims.length === 1) return images(tag, 1, dims[0] as number, [draw(1, dims[0] as number, (_, row) => at(row))]);
  const [first, second, count = 1] = dims as [number, number, number?];
  if (dims.length === 2) {
    const [width, height] = [Math.max(first, second), Math.min(first, second)];
    const isTurned = first > second;
    return images(tag, width, height, [draw(width, height, (column, row) => at(isTurned ? column * second + row : row * second + column))]);
  }
  const files = Array.from({ length: count }, (_, image) =>
    draw(second, first, (column, row) => at((row * second + column) * count + image)),
  );
  return images(tag, second, first, files);
}

/** A PNG file; values from 0 to 1 become black to white, others are cut. */
function draw(width: number, height: number, valueAt: (column: number, row: number) => number): Uint8Array {
  const png = new PNG({ width, height });
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const grey = Math.round(255 * Math.min(Math.max(valueAt(column, row), 0), 1)) || 0;
      png.data.set([grey, grey, grey, 255], 4 * (row * width + column));
    }
  }
  return PNG.sync.write(png);
}
