// Images distorted by a random, smooth field of displacements.
import { lax } from '../../../trace/lax.ts';
import { type Tensor, tensorOf } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import { fullAs, type TensorLike, toTensor } from '../convert.ts';
import { randomNormal } from '../random-numbers.ts';
import { gaussianBlur } from './filters.ts';
import { placeIndex } from './map-coordinates.ts';
import { AFFINE_FILL_MODES, type AffineFillMode, onImages, requireChoice, requireSampling } from './projective.ts';
import { placeInside, type Sampling, sampleImages } from './sample.ts';

export interface ElasticTransformOptions {
  /** How far pixels move. Default 20. */
  readonly alpha?: number;
  /** How smooth the field is: the standard deviation of its blur, in pixels. Default 5. */
  readonly sigma?: number;
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
  /** What stands beyond the edges. Default `reflect`. */
  readonly fillMode?: AffineFillMode;
  /** Default 0. */
  readonly fillValue?: number;
  readonly seed?: number | SeedGenerator | null;
  readonly dataFormat?: string | null;
}

/** The pair of uint32 of a seed: a generator moves on, a number stays. */
const drawSeed = (seed: number | SeedGenerator | null): Tensor =>
  seed instanceof SeedGenerator
    ? seed.next()
    : typeof seed === 'number'
      ? tensorOf('uint32', [2], new Uint32Array([seed, 0]))
      : new SeedGenerator().next();

export interface Displacement {
  readonly alpha: Tensor;
  readonly sigma: number;
  readonly interpolation: Sampling;
  readonly fillMode: AffineFillMode;
  readonly fillValue: number;
}

/** Noise [batch, h, w] blurred over `sigma` pixels. */
function smooth(noise: Tensor, sigma: number): Tensor {
  const size = (6 * Math.trunc(sigma)) | 1;
  const blurred = gaussianBlur(lax.reshape(lax.multiply(noise, fullAs(noise, sigma)), [...noise.shape, 1]), {
    kernelSize: [size, size],
    sigma: [sigma, sigma],
    dataFormat: 'channels_last',
  });
  return lax.reshape(blurred, noise.shape);
}

/** Images [batch, h, w, c] with both coordinates moved by `alpha` times smoothed noise, as in Keras by the same noise for both. */
export function displaceImages(images: Tensor, noise: Tensor, { alpha, sigma, interpolation, fillMode, fillValue }: Displacement): Tensor {
  const shift = lax.multiply(smooth(noise, sigma), lax.broadcastTo(alpha, noise.shape));
  const at = (axis: number): Tensor => lax.add(lax.iota(noise.dtype, noise.shape, axis), shift);
  const place = (index: Tensor, size: number) =>
    fillMode === 'constant'
      ? placeInside(index, size)
      : { index: placeIndex(index, size, fillMode), isInside: lax.full(index.shape, true, 'bool') };
  return sampleImages(images, at(1), at(2), { interpolation, fillValue, place, round: lax.round });
}

/** Images distorted by a smooth random field, another one for each image. */
export const elasticTransform = defineOp(
  'image.elastic_transform',
  ['images'],
  (images: TensorLike, options: ElasticTransformOptions = {}): Tensor => {
    const { alpha = 20, sigma = 5, interpolation = 'bilinear', fillMode = 'reflect', fillValue = 0, seed = null, dataFormat } = options;
    requireSampling(interpolation);
    requireChoice('fill_mode', fillMode, AFFINE_FILL_MODES);
    return onImages(toTensor(images), dataFormat, (batch) => {
      const noise = randomNormal(drawSeed(seed), batch.shape.slice(0, 3), batch.dtype);
      return displaceImages(batch, noise, { alpha: lax.scalar(alpha, batch.dtype), sigma, interpolation, fillMode, fillValue });
    });
  },
);
