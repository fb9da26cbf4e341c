// Equalizes parts of images, with limited contrast, and blends from part to part (Zuiderveld, 1994).
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type Range, valueRange } from './factors.ts';
import { frameOf, ImageLayer, type ImageLayerOptions } from './image-layer.ts';
import { BYTES, rescale } from './value-range.ts';

export interface ClaheOptions extends ImageLayerOptions {
  /** Default [0, 255]. */
  readonly valueRange?: Range;
  /** How often a value may occur, in multiples of the average; 0 for no limit. Default 4. */
  readonly clipLimit?: number;
  /** Tiles down and across. Default [8, 8]. */
  readonly tileGridSize?: readonly [number, number];
}

const VALUES = 256;

/** Nothing is left to chance: it works in inference too. */
export class ContrastLimitedAdaptiveHistogramEqualization extends ImageLayer {
  readonly valueRange: Range;
  readonly clipLimit: number;
  readonly tileGridSize: readonly [number, number];
  protected override readonly isAlwaysOn = true;

  constructor(options: ClaheOptions = {}) {
    super(options);
    this.valueRange = valueRange(options.valueRange);
    this.clipLimit = options.clipLimit ?? 4;
    this.tileGridSize = options.tileGridSize ?? [8, 8];
  }

  override drawTransformation(): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    const { height, width } = frameOf(images);
    const [gridHeight, gridWidth] = this.tileGridSize;
    const tile = [Math.ceil(height / gridHeight), Math.ceil(width / gridWidth)] as const;
    const bytes = rescale(ops.cast(images, 'float32'), this.valueRange, BYTES);
    const missing = [tile[0] * gridHeight - height, tile[1] * gridWidth - width] as const;
    const padded = ops.pad(bytes, [[0, 0], [0, missing[0]], [0, missing[1]], [0, 0]], { mode: 'symmetric' }); // biome-ignore format: one pair an axis
    const pixels = ops.cast(ops.clip(padded, 0, 255), 'int32');
    const mapped = blend(pixels, this.#mappings(pixels, tile), tile);
    return ops.cast(rescale(ops.getItem(mapped, [{}, { stop: height }, { stop: width }]), BYTES, this.valueRange), images.dtype);
  }

  /** What becomes of each value in each tile: [batch, rows, columns, channels, 256]. */
  #mappings(pixels: Tensor, [tileHeight, tileWidth]: readonly [number, number]): Tensor {
    const { batch, channels } = frameOf(pixels);
    const [rows, columns] = this.tileGridSize;
    const count = tileHeight * tileWidth;
    const split = ops.reshape(pixels, [batch, rows, tileHeight, columns, tileWidth, channels]);
    const tiles = ops.reshape(ops.transpose(split, { axes: [0, 1, 3, 5, 2, 4] }), [batch, rows, columns, channels, count]);
    const histogram = ops.sum(ops.oneHot(tiles, VALUES), { axis: -2 });
    const counts = ops.cumsum(this.clipLimit > 0 ? limit(histogram, (this.clipLimit * count) / VALUES) : histogram, { axis: -1 });
    const least = ops.min(counts, { axis: -1, keepdims: true });
    const span = ops.subtract(count, least);
    const safe = ops.where(ops.equal(span, 0), ops.onesLike(span), span) as Tensor;
    return ops.clip(ops.divide(ops.multiply(ops.subtract(counts, least), 255), safe), 0, 255);
  }

  override getConfig(): Record<string, unknown> {
    const { valueRange: range, clipLimit, tileGridSize } = this;
    return { ...super.getConfig(), valueRange: range, clipLimit, tileGridSize };
  }
}

/** What exceeds the limit is given to all values alike. */
function limit(histogram: Tensor, most: number): Tensor {
  const clipped = ops.clip(histogram, 0, most);
  const excess = ops.sum(ops.subtract(histogram, clipped), { axis: -1, keepdims: true });
  return ops.add(clipped, ops.divide(excess, VALUES));
}

/** A pixel's place among the middles of tiles along an axis: the tiles before and after it, and the share of the latter. */
function neighbours(
  size: number,
  tile: number,
  count: number,
): { readonly before: number[]; readonly after: number[]; readonly share: number[] } {
  const places = Array.from({ length: size }, (_, index) => (index - tile / 2) / tile);
  const inside = (index: number): number => Math.min(count - 1, Math.max(0, index));
  return {
    before: places.map((place) => inside(Math.floor(place))),
    after: places.map((place) => inside(Math.floor(place) + 1)),
    share: places.map((place) => place - Math.floor(place)),
  };
}

/** Each pixel through the mappings of the four tiles whose middles are nearest. */
function blend(pixels: Tensor, mappings: Tensor, [tileHeight, tileWidth]: readonly [number, number]): Tensor {
  const { batch, height, width, channels } = frameOf(pixels);
  const [, rows, columns] = mappings.shape as readonly [number, number, number];
  const [down, across] = [neighbours(height, tileHeight, rows), neighbours(width, tileWidth, columns)];
  const flat = ops.ravel(mappings);
  // Where the mapping of an image and a channel begins, in the flat table.
  const image = ops.multiply(ops.reshape(ops.arange(batch), [batch, 1, 1, 1]), rows * columns * channels * VALUES);
  const own = ops.add(ops.add(image, ops.multiply(ops.arange(channels), VALUES)), pixels);
  const through = (row: number[], column: number[]): Tensor => {
    const tile = row.map((r) => column.map((c) => [(r * columns + c) * channels * VALUES]));
    return ops.take(flat, ops.add(own, ops.cast([tile], 'int32')));
  };
  const mix = (first: Tensor, second: Tensor, share: Tensor): Tensor =>
    ops.add(ops.multiply(first, ops.subtract(1, share)), ops.multiply(second, share));
  const right = ops.reshape(across.share, [1, 1, width, 1]);
  const line = (row: number[]): Tensor => mix(through(row, across.before), through(row, across.after), right);
  return mix(line(down.before), line(down.after), ops.reshape(down.share, [1, height, 1, 1]));
}
