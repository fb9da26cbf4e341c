// Images seen through a projective map of the plane: what affine and perspective transforms share. Borders as in TensorFlow's
// ImageProjectiveTransformV3, which maps coordinates (not indices) into the image.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import { isFloat } from '../../../ir/dtype.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { inChannelsLast } from '../nn/data-format.ts';
import { placeInside, SAMPLINGS, type Sampling, sampleImages } from './sample.ts';

export const AFFINE_FILL_MODES = ['constant', 'nearest', 'wrap', 'reflect'] as const;
export type AffineFillMode = (typeof AFFINE_FILL_MODES)[number];

export interface ProjectionOptions {
  readonly interpolation: Sampling;
  readonly fillMode: AffineFillMode;
  readonly fillValue: number;
}

/** Refuses names that are not among the choices. */
export function requireChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  throw new ValueError(`Invalid value for argument \`${name}\`. Expected of one ${quote(choices)}. Received: ${name}=${quote(value)}`, {
    code: 'arguments',
  });
}

export const requireSampling = (interpolation: unknown): void => requireChoice('interpolation', interpolation, SAMPLINGS);

/** Runs a function of batches of float images, channels last, on one image or a batch in its own dtype and layout. */
export function onImages(images: Tensor, dataFormat: string | null | undefined, compute: (batch: Tensor) => Tensor): Tensor {
  if (images.rank !== 3 && images.rank !== 4) {
    throw new ValueError(
      `Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). Received input with shape: images.shape=${formatShape(images.shape)}`,
      { code: 'rank' },
    );
  }
  const batch = images.rank === 3 ? lax.reshape(images, [1, ...images.shape]) : images;
  const result = inChannelsLast(batch, dataFormat, (x) => lax.cast(compute(isFloat(x.dtype) ? x : lax.cast(x, 'float32')), x.dtype));
  return images.rank === 3 ? lax.reshape(result, result.shape.slice(1)) : result;
}

const bound = (x: Tensor, size: number): Tensor => lax.minimum(lax.maximum(x, fullAs(x, 0)), fullAs(x, size - 1));
const times = (x: Tensor, factor: number): Tensor => lax.multiply(x, fullAs(x, factor));
const truncate = (x: Tensor): Tensor => lax.select(lax.compare('less', x, fullAs(x, 0)), lax.ceil(x), lax.floor(x));
const quotient = (x: Tensor, divisor: number): Tensor => truncate(lax.divide(x, fullAs(x, divisor)));

/** Mirrored about the edges: d c b a | a b c d | d c b a. */
function reflect(x: Tensor, size: number): Tensor {
  if (size <= 1) return fullAs(x, 0);
  const period = 2 * size;
  const isFar = lax.compare('less', x, fullAs(x, period));
  const raised = lax.select(isFar, lax.add(x, times(quotient(lax.negative(x), period), period)), x);
  const below = lax.select(
    lax.compare('less', raised, fullAs(raised, -size)),
    lax.add(raised, fullAs(raised, period)),
    lax.subtract(fullAs(raised, -1), raised),
  );
  const lowered = lax.subtract(x, times(quotient(x, period), period));
  const above = lax.select(
    lax.compare('greater_equal', lowered, fullAs(lowered, size)),
    lax.subtract(fullAs(x, period - 1), lowered),
    lowered,
  );
  return outside(x, size, below, above);
}

/** Repeated: a b c d | a b c d | a b c d. */
function wrap(x: Tensor, size: number): Tensor {
  if (size <= 1) return fullAs(x, 0);
  const turns = quotient(lax.negative(x), size - 1);
  const below = lax.add(x, times(lax.add(turns, fullAs(turns, 1)), size));
  return outside(x, size, below, lax.subtract(x, times(quotient(x, size - 1), size)));
}

/** `below` before the first pixel, `above` after the last one, bounded. */
function outside(x: Tensor, size: number, below: Tensor, above: Tensor): Tensor {
  const isBelow = lax.compare('less', x, fullAs(x, 0));
  const isAbove = lax.compare('greater', x, fullAs(x, size - 1));
  return bound(lax.select(isBelow, below, lax.select(isAbove, above, x)), size);
}

function mapCoordinate(x: Tensor, size: number, mode: AffineFillMode): Tensor {
  switch (mode) {
    case 'constant':
      return x;
    case 'nearest':
      return bound(x, size);
    case 'reflect':
      return reflect(x, size);
    case 'wrap':
      return wrap(x, size);
    default:
      return mode satisfies never;
  }
}

/** Halves away from 0, as C rounds. */
function roundAway(x: Tensor): Tensor {
  const size = lax.floor(lax.add(lax.abs(x), fullAs(x, 0.5)));
  return lax.select(lax.compare('less', x, fullAs(x, 0)), lax.negative(size), size);
}

/**
 * Images [batch, h, w, c], read for the output pixel (x, y) at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with
 * k = c0 x + c1 y + 1. Transforms are rows [a0, a1, a2, b0, b1, b2, c0, c1], one for each image or one for all.
 * The gradient of the images is seen through the inverse map, as on TensorFlow; transforms have none.
 */
export function projectImages(images: Tensor, transforms: Tensor, options: ProjectionOptions): Tensor {
  return attachGradient([images, transforms], [sampleProjected(images, transforms, options)], ([, own], [upstream]) => [
    sampleProjected(upstream as Tensor, inverse(own as Tensor), { ...options, fillValue: 0 }),
    null,
  ])[0] as Tensor;
}

/** The inverse maps: cofactors of the 3 x 3 matrices, scaled so that the last one is 1. */
function inverse(transforms: Tensor): Tensor {
  const rows = lax.cast(transforms, 'float32');
  const columns = Array.from({ length: 8 }, (_, index) => sliceAxis(rows, 1, index, index + 1)) as [
    Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor,
  ]; // biome-ignore format: one list
  const [a0, a1, a2, b0, b1, b2, c0, c1] = columns;
  const one = fullAs(a0, 1);
  const minor = (a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor => lax.subtract(lax.multiply(a, b), lax.multiply(c, d));
  const cofactors = [
    minor(b1, one, b2, c1), minor(a2, c1, a1, one), minor(a1, b2, a2, b1),
    minor(b2, c0, b0, one), minor(a0, one, a2, c0), minor(a2, b0, a0, b2),
    minor(b0, c1, b1, c0), minor(a1, c0, a0, c1),
  ]; // biome-ignore format: rows of the matrix
  const last = minor(a0, b1, a1, b0);
  return lax.concatenate(
    cofactors.map((cofactor) => lax.divide(cofactor, last)),
    1,
  );
}

function sampleProjected(images: Tensor, transforms: Tensor, { interpolation, fillMode, fillValue }: ProjectionOptions): Tensor {
  const [, height, width] = images.shape as readonly [number, number, number];
  const count = transforms.shape[0] as number;
  const shape = [count, height, width];
  const rows = lax.cast(transforms, 'float32');
  const part = (index: number): Tensor => lax.broadcast(lax.reshape(sliceAxis(rows, 1, index, index + 1), [count]), shape, [0]);
  const [x, y] = [lax.iota('float32', shape, 2), lax.iota('float32', shape, 1)];
  const linear = (first: number): Tensor => lax.add(lax.multiply(part(first), x), lax.multiply(part(first + 1), y));
  const depth = lax.add(linear(6), fullAs(x, 1));
  const isVoid = lax.compare('equal', depth, fullAs(depth, 0));
  const divisor = lax.select(isVoid, fullAs(depth, 1), depth);
  const column = mapCoordinate(lax.divide(lax.add(linear(0), part(2)), divisor), width, fillMode);
  const row = mapCoordinate(lax.divide(lax.add(linear(3), part(5)), divisor), height, fillMode);
  const result = sampleImages(images, row, column, { interpolation, fillValue, place: placeInside, round: roundAway });
  const voids = lax.broadcast(count === 1 ? lax.reshape(isVoid, [height, width]) : isVoid, result.shape, count === 1 ? [1, 2] : [0, 1, 2]);
  return lax.select(voids, fullAs(result, fillValue), result);
}
