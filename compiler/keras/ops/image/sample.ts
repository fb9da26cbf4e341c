// Images read between their pixels, at coordinates of their own for each image.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs } from '../convert.ts';

export const SAMPLINGS = ['nearest', 'bilinear'] as const;
export type Sampling = (typeof SAMPLINGS)[number];

/** Where a pixel is read: whole numbers as int32, and whether it counts; where not, the fill value stands. */
export interface PixelIndex {
  readonly index: Tensor;
  readonly isInside: Tensor;
}

export interface SampleOptions {
  readonly interpolation: Sampling;
  readonly fillValue: number;
  /** Brings whole coordinates along an axis of `size` into 0..size-1, or says that they lie outside. */
  readonly place: (index: Tensor, size: number) => PixelIndex;
  /** Rounds coordinates for the nearest pixel. */
  readonly round: (coordinate: Tensor) => Tensor;
}

/** Pixels at indices [batch, rows, columns]: [batch, h, w, c] -> [batch, rows, columns, c]. */
function pixelsAt(images: Tensor, y: Tensor, x: Tensor): Tensor {
  const [batch, , , channels] = images.shape as readonly [number, number, number, number];
  // One set of indices for all images, or one for each.
  const isShared = y.shape[0] === 1 && batch !== 1;
  const vectors = lax.concatenate(
    [y, x].map((index) => lax.reshape(index, [...(isShared ? index.shape.slice(1) : index.shape), 1])),
    isShared ? 2 : 3,
  );
  return lax.gather(images, vectors, {
    offsetAxes: isShared ? [0, 3] : [3],
    collapsedAxes: [1, 2],
    operandBatchAxes: isShared ? [] : [0],
    indicesBatchAxes: isShared ? [] : [0],
    startIndexMap: [1, 2],
    sliceSizes: [isShared ? batch : 1, 1, 1, channels],
  });
}

/**
 * The values of images [batch, h, w, c] at coordinates y and x, each [batch or 1, rows, columns]: [batch, rows, columns, c] in the
 * dtype of the images, which must be a float.
 */
export function sampleImages(images: Tensor, y: Tensor, x: Tensor, { interpolation, fillValue, place, round }: SampleOptions): Tensor {
  const [batch, height, width, channels] = images.shape as readonly [number, number, number, number];
  const shape = [batch, ...y.shape.slice(1), channels];
  const spread = (value: Tensor): Tensor =>
    value.shape[0] === batch
      ? lax.broadcast(value, shape, [0, 1, 2])
      : lax.broadcast(lax.reshape(value, value.shape.slice(1)), shape, [1, 2]);
  const read = (row: Tensor, column: Tensor): Tensor => {
    const [vertical, horizontal] = [place(lax.cast(row, 'int32'), height), place(lax.cast(column, 'int32'), width)];
    const pixels = pixelsAt(images, vertical.index, horizontal.index);
    return lax.select(spread(lax.and(vertical.isInside, horizontal.isInside)), pixels, fullAs(pixels, fillValue));
  };
  if (interpolation === 'nearest') return read(round(y), round(x));
  const weigh = (pixels: Tensor, weight: Tensor): Tensor => lax.multiply(pixels, spread(lax.cast(weight, pixels.dtype)));
  const after = (value: Tensor): Tensor => lax.add(value, fullAs(value, 1));
  const [top, left] = [lax.floor(y), lax.floor(x)];
  const [down, right] = [lax.subtract(y, top), lax.subtract(x, left)];
  const row = (line: Tensor): Tensor =>
    lax.add(weigh(read(line, left), lax.subtract(fullAs(right, 1), right)), weigh(read(line, after(left)), right));
  return lax.add(weigh(row(top), lax.subtract(fullAs(down, 1), down)), weigh(row(after(top)), down));
}

/** Only indices in 0..size-1 count. */
export function placeInside(index: Tensor, size: number): PixelIndex {
  const isInside = lax.and(lax.compare('greater_equal', index, fullAs(index, 0)), lax.compare('less', index, fullAs(index, size)));
  return { index: lax.minimum(lax.maximum(index, fullAs(index, 0)), fullAs(index, size - 1)), isInside };
}
