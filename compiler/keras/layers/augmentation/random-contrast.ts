// Gives images more or less contrast.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';

/** (x - mean) * c + mean for each channel, c out of [1 - lower, 1 + upper]. @example new layers.RandomContrast(0.2)(images) */
export class RandomContrast extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [0, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return drawFrom([batch, 1, 1, 1], [1 - this.factor[0], 1 + this.factor[1]], generator);
  }

  override transformImages(images: Tensor, contrast: Tensor): Tensor {
    const mean = ops.mean(images, { axis: [1, 2], keepdims: true });
    const changed = ops.add(ops.multiply(ops.subtract(images, mean), ops.cast(contrast, images.dtype)), mean);
    return ops.clip(changed, ...this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
