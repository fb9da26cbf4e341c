// Makes colours stronger or weaker.
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { perImage } from './value-range.ts';

/** Multiplies saturation by f / (1 - f): 0.5 keeps it, 0 makes grey. Three channels. @example new layers.RandomSaturation(0.5)(images) */
export class RandomSaturation extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [-1, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    const factor = drawFrom([batch], this.factor, generator);
    return ops.divide(factor, ops.add(ops.subtract(1, factor), epsilon()));
  }

  override transformImages(images: Tensor, factor: Tensor): Tensor {
    const colors = ops.image.rgbToHsv(images, { dataFormat: 'channels_last' });
    const [hue, saturation, value] = ops.split(colors, 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
    const changed = ops.clip(ops.multiply(saturation, perImage(ops.cast(factor, images.dtype))), ...this.valueRange);
    return ops.image.hsvToRgb(ops.concatenate([hue, changed, value], { axis: -1 }), { dataFormat: 'channels_last' });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
