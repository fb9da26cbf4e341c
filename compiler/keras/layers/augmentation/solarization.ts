// Brightens images and inverts what is bright.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, type Range, strictRange } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { BYTES, rescale } from './value-range.ts';

export interface SolarizationOptions extends ColorLayerOptions {
  /** The range of what is added, as a share of 255. Default 0. */
  readonly additionFactor?: Factor;
  /** The range of the value from which pixels are inverted, as a share of 255. Default 0. */
  readonly thresholdFactor?: Factor;
}

interface Solarized {
  readonly additions: Tensor;
  readonly thresholds: Tensor;
}

const shareOf = (factor: Factor, name: string): Range =>
  strictRange(factor, {
    name,
    expected: 'The `addition_factor` and `threshold_factor` arguments should be a number (or a list of two numbers) in the range [0, 1].',
    isAllowed: (value) => value >= 0 && value <= 1,
    fromNumber: (value) => [0, value],
  });

/**
 * Brightens images and inverts what is brighter than a threshold, while training.
 *
 * @example new layers.Solarization({ thresholdFactor: 0.5 })(images, { training: true })
 */
export class Solarization extends ColorLayer<Solarized> {
  readonly additionFactor: Range;
  readonly thresholdFactor: Range;

  constructor(options: SolarizationOptions = {}) {
    super(options);
    this.additionFactor = shareOf(options.additionFactor ?? 0, 'addition_factor');
    this.thresholdFactor = shareOf(options.thresholdFactor ?? 0, 'threshold_factor');
  }

  /** As in Keras, the lower end of a range is not multiplied by 255. */
  override drawTransformation({ batch }: Frame, generator = this.generator): Solarized {
    const draw = ([low, high]: Range): Tensor => drawFrom([batch, 1, 1, 1], [low, high * 255], generator);
    const additions = draw(this.additionFactor);
    return { additions, thresholds: draw(this.thresholdFactor) };
  }

  override transformImages(images: Tensor, { additions, thresholds }: Solarized): Tensor {
    const bytes = rescale(images, this.valueRange, BYTES);
    const brighter = ops.clip(ops.add(bytes, ops.cast(additions, images.dtype)), 0, 255);
    const isDark = ops.less(brighter, ops.cast(thresholds, images.dtype));
    return rescale(ops.where(isDark, brighter, ops.subtract(255, brighter)) as Tensor, BYTES, this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), additionFactor: this.additionFactor, thresholdFactor: this.thresholdFactor };
  }
}
