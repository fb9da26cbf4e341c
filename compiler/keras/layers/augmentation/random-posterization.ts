// Leaves fewer bits per colour.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { randint } from '../../random/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { BYTES, perImage, rescale } from './value-range.ts';

const BITS = 8;

/** Keeps the upper `factor` of 8 bits. A range is drawn from without its upper end. @example new layers.RandomPosterization(4)(images) */
export class RandomPosterization extends ColorLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: ColorLayerOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [1, BITS]);
  }

  /** How many bits are lost. */
  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    const [low, high] = this.factor;
    const kept = low === high ? ops.full([batch], low, { dtype: 'int32' }) : randint([batch], low, high, { seed: generator });
    return ops.cast(ops.subtract(BITS, kept), 'uint8');
  }

  override transformImages(images: Tensor, lost: Tensor): Tensor {
    const bytes = ops.cast(rescale(images, this.valueRange, BYTES), 'uint8');
    const shift = ops.broadcastTo(perImage(lost), bytes.shape);
    const coarse = lax.shift_left(lax.shift_right_logical(bytes, shift), shift);
    return rescale(ops.cast(coarse, images.dtype), BYTES, this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
