// Turns some images into their negatives.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { withFirst } from '../arguments.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { perImage } from './value-range.ts';

export interface RandomInvertOptions extends ColorLayerOptions {
  /** The range of probabilities with which an image is inverted. Default 1, which stands for 0 to 1. */
  readonly factor?: Factor;
}

/**
 * Turns some images into their negatives while training.
 *
 * @example new layers.RandomInvert({ factor: 0.5 })(images, { training: true })
 */
export class RandomInvert extends ColorLayer<Tensor> {
  readonly factor: Range;

  constructor(factor?: Factor | RandomInvertOptions, options?: RandomInvertOptions) {
    const all = withFirst<'factor', RandomInvertOptions>('factor', factor, options);
    super(all);
    this.factor = factorRange(all.factor ?? 1, [0, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    const probability = drawFrom([batch], this.factor, generator);
    return ops.less(drawFrom([batch], [0, 1], generator), probability);
  }

  override transformImages(images: Tensor, isInverted: Tensor): Tensor {
    return ops.where(perImage(isInverted), ops.subtract(this.valueRange[1], images), images) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
