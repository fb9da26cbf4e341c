// Mixes images with their grey version.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';

/** 0 keeps the image, 1 makes it grey. @example new layers.RandomColorDegeneration(0.5)(images) */
export class RandomColorDegeneration extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [-1, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return drawFrom([batch, 1, 1, 1], this.factor, generator);
  }

  override transformImages(images: Tensor, factor: Tensor): Tensor {
    const gray = ops.image.rgbToGrayscale(images, { dataFormat: 'channels_last' });
    const mixed = ops.add(images, ops.multiply(ops.cast(factor, images.dtype), ops.subtract(gray, images)));
    return ops.clip(mixed, ...this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
