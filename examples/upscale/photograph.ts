// PNG files as the numbers that the model takes and gives: red, green and blue from 0 to 255.
import { readFile, writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';

export interface Photograph {
  readonly width: number;
  readonly height: number;
  /** Three numbers a pixel, row after row. */
  readonly pixels: Float32Array;
}

export async function readPhotograph(path: string): Promise<Photograph> {
  const { width, height, data } = PNG.sync.read(await readFile(path));
  const pixels = Float32Array.from({ length: width * height * 3 }, (_, index) => data[Math.floor(index / 3) * 4 + (index % 3)] as number);
  return { width, height, pixels };
}

/** The model's numbers as colours: whole, and none beyond black or white. */
export function toPhotograph(values: Float32Array, width: number, height: number): Photograph {
  return { width, height, pixels: values.map((value) => Math.min(255, Math.max(0, Math.round(value)))) };
}

export async function writePhotograph(path: string, { width, height, pixels }: Photograph): Promise<void> {
  const png = new PNG({ width, height });
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let color = 0; color < 3; color++) png.data[pixel * 4 + color] = pixels[pixel * 3 + color] as number;
    png.data[pixel * 4 + 3] = 255;
  }
  await writeFile(path, PNG.sync.write(png));
}
