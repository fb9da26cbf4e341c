// Makes images brighter or darker.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';

/** Adds to all pixels of an image a number out of `factor` times the range of values. @example new layers.RandomBrightness(0.2)(images) */
export class RandomBrightness extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [-1, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return ops.multiply(drawFrom([batch, 1, 1, 1], this.factor, generator), this.valueRange[1] - this.valueRange[0]);
  }

  override transformImages(images: Tensor, delta: Tensor): Tensor {
    return ops.clip(ops.add(images, ops.cast(delta, images.dtype)), ...this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
