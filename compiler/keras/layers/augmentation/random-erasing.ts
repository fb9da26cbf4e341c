// Covers a rectangle of some images.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { normal } from '../../random/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { drawPatches, patchMask } from './random-boxes.ts';
import { perImage } from './value-range.ts';

export interface RandomErasingOptions extends ColorLayerOptions {
  /** The range of probabilities with which an image changes. Default 1, which stands for 0 to 1. */
  readonly factor?: Factor;
  /** The range of the rectangle's share of the image. Default [0.02, 0.33]. */
  readonly scale?: Factor;
  /** What covers: a value, one for each of three channels, or noise by default. */
  readonly fillValue?: number | readonly [number, number, number] | null;
}

interface Erasure {
  readonly isApplied: Tensor;
  readonly mask: Tensor;
  readonly fill: ops.TensorLike;
}

/**
 * Covers a random rectangle of some images while training (Zhong and others, https://arxiv.org/abs/1708.04896).
 *
 * @example new layers.RandomErasing({ factor: 0.5 })(images, { training: true })
 */
export class RandomErasing extends ColorLayer<Erasure> {
  readonly factor: Range;
  readonly scale: Range;
  readonly fillValue: number | readonly [number, number, number] | null;

  constructor(options: RandomErasingOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, [0, 1]);
    this.scale = factorRange(options.scale ?? [0.02, 0.33], [0, 1], 'scale');
    this.fillValue = options.fillValue ?? null;
    if (Array.isArray(this.fillValue) && this.fillValue.length !== 3)
      throw new ValueError(
        `The \`fill_value\` argument should be a number (or a list of three numbers). Received: fill_value=${quote(this.fillValue)}`,
        { code: 'fill-value' },
      );
  }

  override drawTransformation(frame: Frame, generator = this.generator): Erasure {
    const { batch, height, width, channels } = frame;
    const side = (): Tensor => ops.sqrt(drawFrom([batch], this.scale, generator));
    const mask = patchMask(drawPatches(frame, side(), side(), generator), frame);
    const probability = drawFrom([batch], this.factor, generator);
    const isApplied = ops.less(drawFrom([batch], [0, 1], generator), probability);
    const noise = (): Tensor => ops.multiply(normal([batch, height, width, channels], { seed: generator }), this.valueRange[1]);
    return { isApplied, mask, fill: this.fillValue === null ? noise() : (this.fillValue as ops.TensorLike) };
  }

  override transformImages(images: Tensor, { isApplied, mask, fill }: Erasure): Tensor {
    const cover = ops.clip(ops.cast(fill, images.dtype), ...this.valueRange);
    return ops.where(ops.logicalAnd(mask, perImage(isApplied)), cover, images) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor, scale: this.scale, fillValue: this.fillValue };
  }
}
