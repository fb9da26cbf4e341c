// Sharpens or softens images.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { perImage } from './value-range.ts';

/** The weights of a pixel and its neighbours in the softened image. */
const [SIDE, MIDDLE] = [1 / 13, 5 / 13];
const KERNEL = [
  [SIDE, SIDE, SIDE],
  [SIDE, MIDDLE, SIDE],
  [SIDE, SIDE, SIDE],
];

/** 0.5 keeps the image, 0 softens it, 1 sharpens it. @example new layers.RandomSharpness(0.5)(images) */
export class RandomSharpness extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [0, 1]);
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return drawFrom([batch], this.factor, generator);
  }

  override transformImages(images: Tensor, factor: Tensor): Tensor {
    const channels = images.shape[3] as number;
    const kernel = ops.tile(ops.reshape(ops.cast(KERNEL, images.dtype), [3, 3, 1, 1]), [1, 1, channels, 1]);
    const soft = ops.depthwiseConv(images, kernel, { padding: 'same', dataFormat: 'channels_last' });
    const share = ops.subtract(1, perImage(ops.cast(ops.multiply(factor, 2), images.dtype)));
    return ops.clip(ops.add(images, ops.multiply(share, ops.subtract(soft, images))), ...this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
