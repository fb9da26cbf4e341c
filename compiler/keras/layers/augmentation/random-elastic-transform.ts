// Distorts images by a smooth random field.
import type { Tensor } from '../../../trace/tensor.ts';
import { displaceImages } from '../../ops/image/elastic-transform.ts';
import { AFFINE_FILL_MODES, type AffineFillMode } from '../../ops/image/projective.ts';
import { SAMPLINGS, type Sampling } from '../../ops/image/sample.ts';
import * as ops from '../../ops/index.ts';
import { normal } from '../../random/index.ts';
import type { BoundingBoxes } from './bounding-boxes.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range, requireSupported } from './factors.ts';
import { type Frame, frameOf } from './image-layer.ts';
import { perImage } from './value-range.ts';

export interface RandomElasticTransformOptions extends ColorLayerOptions {
  /** The range of probabilities with which an image changes. Default 1, which stands for 0 to 1. */
  readonly factor?: Factor;
  /** How strong the distortion is, in 0..1. Default 1, which stands for 0 to 1. */
  readonly scale?: Factor;
  readonly interpolation?: Sampling;
  /** What stands beyond the edges. Default `reflect`. */
  readonly fillMode?: AffineFillMode | 'mirror';
  readonly fillValue?: number;
}

interface Distortion {
  readonly isApplied: Tensor;
  /** One number for all images. */
  readonly strength: Tensor;
  /** [batch, height, width] */
  readonly noise: Tensor;
}

/** Displacements of up to a tenth of the longer side, smooth over up to a twentieth of the shorter one. */
const [REACH, SMOOTHNESS] = [0.1, 0.05];

/**
 * Distorts images while training, by a smooth random field of displacements.
 *
 * @example new layers.RandomElasticTransform({ factor: 0.5 })(images, { training: true })
 */
export class RandomElasticTransform extends ColorLayer<Distortion> {
  readonly factor: Range;
  readonly scale: Range;
  readonly interpolation: Sampling;
  readonly fillMode: AffineFillMode | 'mirror';
  readonly fillValue: number;

  constructor(options: RandomElasticTransformOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, [0, 1]);
    this.scale = factorRange(options.scale ?? 1, [0, 1], 'scale');
    this.interpolation = requireSupported('interpolation', options.interpolation ?? 'bilinear', SAMPLINGS);
    this.fillMode = requireSupported('fill_mode', options.fillMode ?? 'reflect', [...AFFINE_FILL_MODES, 'mirror']);
    this.fillValue = options.fillValue ?? 0;
  }

  override drawTransformation({ batch, height, width }: Frame, generator = this.generator): Distortion {
    const probability = drawFrom([batch], this.factor, generator);
    const isApplied = ops.less(drawFrom([batch], [0, 1], generator), probability);
    const strength = drawFrom([], this.scale, generator);
    return { isApplied, strength, noise: normal([batch, height, width], { seed: generator }) };
  }

  #distort(images: Tensor, { isApplied, strength, noise }: Distortion, interpolation: Sampling): Tensor {
    if (this.scale[1] === 0 || this.factor[1] === 0) return images;
    const { height, width } = frameOf(images);
    const { fillMode, fillValue } = this;
    const moved = displaceImages(images, ops.cast(noise, images.dtype), {
      alpha: ops.cast(ops.multiply(strength, REACH * Math.max(height, width)), images.dtype),
      sigma: ops.cast(ops.multiply(strength, SMOOTHNESS * Math.min(height, width)), images.dtype),
      largestSigma: SMOOTHNESS * Math.min(height, width) * this.scale[1],
      interpolation,
      fillMode,
      fillValue,
    });
    return ops.clip(ops.where(perImage(isApplied), moved, images) as Tensor, ...this.valueRange);
  }

  override transformImages(images: Tensor, distortion: Distortion): Tensor {
    return this.#distort(images, distortion, this.interpolation);
  }

  override transformSegmentationMasks(masks: Tensor, distortion: Distortion): Tensor {
    return this.#distort(masks, distortion, 'nearest');
  }

  override transformBoundingBoxes(): BoundingBoxes {
    return this.refuseBoundingBoxes();
  }

  override getConfig(): Record<string, unknown> {
    const { factor, scale, interpolation, fillMode, fillValue } = this;
    return { ...super.getConfig(), factor, scale, interpolation, fillMode, fillValue };
  }
}
