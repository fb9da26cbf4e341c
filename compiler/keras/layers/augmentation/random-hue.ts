// Turns colours around the colour wheel.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { perImage, rescale } from './value-range.ts';

/** By half of `factor` of a turn, either way. Images need three channels. @example new layers.RandomHue(0.2)(images) */
export class RandomHue extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [0, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    const isInverted = ops.greater(drawFrom([batch], [0, 1], generator), 0.5);
    const half = ops.multiply(drawFrom([batch], this.factor, generator), 0.5);
    return ops.where(isInverted, ops.negative(half), half) as Tensor;
  }

  override transformImages(images: Tensor, turn: Tensor): Tensor {
    const colors = ops.image.rgbToHsv(rescale(images, this.valueRange, [0, 1]), { dataFormat: 'channels_last' });
    const [hue, saturation, value] = ops.split(colors, 3, { axis: -1 }) as [Tensor, Tensor, Tensor];
    const turned = ops.add(hue, perImage(ops.cast(turn, images.dtype)));
    const lowered = ops.where(ops.greater(turned, 1), ops.subtract(turned, 1), turned) as Tensor;
    const wrapped = ops.where(ops.less(lowered, 0), ops.add(lowered, 1), lowered) as Tensor;
    const changed = ops.image.hsvToRgb(ops.concatenate([wrapped, saturation, value], { axis: -1 }), { dataFormat: 'channels_last' });
    return rescale(ops.clip(changed, 0, 1), [0, 1], this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
