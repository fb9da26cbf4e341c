// Stretches each channel to the whole range of values.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type Range, valueRange } from './factors.ts';
import { ImageLayer, type ImageLayerOptions } from './image-layer.ts';
import { BYTES, rescale } from './value-range.ts';

export interface AutoContrastOptions extends ImageLayerOptions {
  /** Default [0, 255]. */
  readonly valueRange?: Range;
}

/** Nothing is left to chance: it works in inference too. */
export class AutoContrast extends ImageLayer {
  readonly valueRange: Range;
  protected override readonly isAlwaysOn = true;

  constructor(options: AutoContrastOptions = {}) {
    super(options);
    this.valueRange = valueRange(options.valueRange);
  }

  override drawTransformation(): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    const bytes = rescale(images, this.valueRange, BYTES);
    const axes = { axis: [1, 2], keepdims: true };
    const low = ops.min(bytes, axes);
    const scale = ops.divide(255, ops.subtract(ops.max(bytes, axes), low));
    const stretched = ops.add(ops.multiply(bytes, scale), ops.multiply(ops.negative(low), scale));
    const result = rescale(ops.clip(stretched, 0, 255), BYTES, this.valueRange);
    // A channel of one value cannot be stretched: 0 / 0.
    return ops.where(ops.isnan(result), images, result) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), valueRange: this.valueRange };
  }
}
