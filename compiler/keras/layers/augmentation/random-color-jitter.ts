// Changes brightness, contrast, saturation and hue, in this order.
import type { Tensor } from '../../../trace/tensor.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import type { Factor } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { RandomBrightness } from './random-brightness.ts';
import { RandomContrast } from './random-contrast.ts';
import { RandomHue } from './random-hue.ts';
import { RandomSaturation } from './random-saturation.ts';

export interface RandomColorJitterOptions extends ColorLayerOptions {
  /** As the factors of the single layers; what has none stays. */
  readonly brightnessFactor?: Factor | null;
  readonly contrastFactor?: Factor | null;
  readonly saturationFactor?: Factor | null;
  readonly hueFactor?: Factor | null;
}

/**
 * Changes brightness, contrast, saturation and hue while training, each within its range.
 *
 * @example new layers.RandomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.1 })(images, { training: true })
 */
export class RandomColorJitter extends ColorLayer<readonly Tensor[]> {
  readonly brightnessFactor: Factor | null;
  readonly contrastFactor: Factor | null;
  readonly saturationFactor: Factor | null;
  readonly hueFactor: Factor | null;
  readonly steps: readonly ColorLayer<Tensor>[];

  constructor(options: RandomColorJitterOptions = {}) {
    super(options);
    this.brightnessFactor = options.brightnessFactor ?? null;
    this.contrastFactor = options.contrastFactor ?? null;
    this.saturationFactor = options.saturationFactor ?? null;
    this.hueFactor = options.hueFactor ?? null;
    const { valueRange, seed, dtypePolicy: dtype } = this;
    const settings = { valueRange, seed, dtype };
    this.steps = [
      ...(this.brightnessFactor === null ? [] : [new RandomBrightness(this.brightnessFactor, settings)]),
      ...(this.contrastFactor === null ? [] : [new RandomContrast(this.contrastFactor, settings)]),
      ...(this.saturationFactor === null ? [] : [new RandomSaturation(this.saturationFactor, settings)]),
      ...(this.hueFactor === null ? [] : [new RandomHue(this.hueFactor, settings)]),
    ];
  }

  override drawTransformation(frame: Frame, generator = this.generator): readonly Tensor[] {
    return this.steps.map((step) => step.drawTransformation(frame, generator));
  }

  override transformImages(images: Tensor, transformations: readonly Tensor[]): Tensor {
    return this.steps.reduce((image, step, index) => step.transformImages(image, transformations[index] as Tensor), images);
  }

  override getConfig(): Record<string, unknown> {
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor } = this;
    return { ...super.getConfig(), brightnessFactor, contrastFactor, saturationFactor, hueFactor };
  }
}
