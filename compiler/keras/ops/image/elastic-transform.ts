// Images distorted by a random, smooth field of displacements.

import { lax } from '../../../trace/lax.ts';
import { type Tensor, tensorOf } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import { fullAs, type TensorLike, toTensor } from '../convert.ts';
import { conv } from '../nn/conv.ts';
import { randomNormal } from '../random-numbers.ts';
import { type FillMode, placeIndex } from './map-coordinates.ts';
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
  readonly dataFormat?: DataFormat | null;
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
  /** In pixels: a run-time number, not above `largestSigma`. */
  readonly sigma: Tensor;
  readonly largestSigma: number;
  readonly interpolation: Sampling;
  readonly fillMode: FillMode;
  readonly fillValue: number;
}

/**
 * A bell curve over 6 floor(sigma) + 1 pixels in the middle of `size`, with a sum of 1: Keras chooses the size of the kernel by sigma,
 * here all kernels have the largest size.
 */
function bellWithin(size: number, sigma: Tensor): Tensor {
  const shape = [size];
  const distance = lax.subtract(lax.iota(sigma.dtype, shape, 0), lax.full(shape, (size - 1) / 2, sigma.dtype));
  const ratio = lax.divide(distance, lax.broadcastTo(lax.maximum(sigma, lax.scalar(TINY, sigma.dtype)), shape));
  const weights = lax.exp(lax.multiply(lax.multiply(ratio, ratio), fullAs(ratio, -0.5)));
  const reach = lax.broadcastTo(lax.multiply(lax.floor(sigma), lax.scalar(3, sigma.dtype)), shape);
  const kept = lax.select(lax.compare('less_equal', lax.abs(distance), reach), weights, fullAs(weights, 0));
  return lax.divide(kept, lax.broadcastTo(lax.reduce('sum', kept, [0]), shape));
}

/** Keeps quotients finite where there is nothing to blur. */
const TINY = 1e-6;

/** Noise [batch, h, w], times sigma, blurred over `sigma` pixels. */
function smooth(noise: Tensor, sigma: Tensor, largestSigma: number): Tensor {
  const size = (6 * Math.trunc(largestSigma)) | 1;
  const scaled = lax.reshape(lax.multiply(noise, lax.broadcastTo(sigma, noise.shape)), [...noise.shape, 1]);
  const bell = bellWithin(size, sigma);
  const blur = (x: Tensor, shape: readonly number[]): Tensor =>
    conv(x, lax.reshape(bell, [...shape, 1, 1]), { padding: 'same', dataFormat: 'channels_last' });
  return lax.reshape(blur(blur(scaled, [size, 1]), [1, size]), noise.shape);
}

/** Images [batch, h, w, c] with both coordinates moved by `alpha` times smoothed noise, as in Keras by the same noise for both. */
export function displaceImages(images: Tensor, noise: Tensor, options: Displacement): Tensor {
  const { alpha, sigma, largestSigma, interpolation, fillMode, fillValue } = options;
  const shift = lax.multiply(smooth(noise, sigma, largestSigma), lax.broadcastTo(alpha, noise.shape));
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
      const [reach, spread] = [lax.scalar(alpha, batch.dtype), lax.scalar(sigma, batch.dtype)];
      return displaceImages(batch, noise, { alpha: reach, sigma: spread, largestSigma: sigma, interpolation, fillMode, fillValue });
    });
  },
);
