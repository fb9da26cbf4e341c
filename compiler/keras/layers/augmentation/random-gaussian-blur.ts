// Blurs some images.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { ColorLayer, type ColorLayerOptions } from './color-layer.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import type { Frame } from './image-layer.ts';
import { perImage } from './value-range.ts';

export interface RandomGaussianBlurOptions extends ColorLayerOptions {
  /** The range of probabilities with which an image is blurred. Default 1, which stands for 0 to 1. */
  readonly factor?: Factor;
  /** Odd numbers of pixels. Default 3. */
  readonly kernelSize?: Factor;
  /** The range of the standard deviation, in 0..1. Default 1, which stands for 0 to 1. */
  readonly sigma?: Factor;
}

interface Blur {
  readonly isApplied: Tensor;
  /** One standard deviation for each axis. */
  readonly sigma: Tensor;
}

function oddPair(size: Factor): Range {
  const pair: Range = typeof size === 'number' ? [size, size] : size;
  if (Array.isArray(pair) && pair.length === 2 && pair.every((value) => value % 2 === 1)) return pair;
  throw new ValueError(`kernel_size must be an odd number. Received: kernel_size=${String(size)}`, { code: 'kernel-size' });
}

/**
 * Blurs some images while training.
 *
 * @example new layers.RandomGaussianBlur({ kernelSize: 3 })(images, { training: true })
 */
export class RandomGaussianBlur extends ColorLayer<Blur> {
  readonly factor: Range;
  readonly kernelSize: Range;
  readonly sigma: Range;

  constructor(options: RandomGaussianBlurOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, [0, 1]);
    this.kernelSize = oddPair(options.kernelSize ?? 3);
    this.sigma = factorRange(options.sigma ?? 1, [0, 1], 'sigma');
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Blur {
    const probability = drawFrom([batch], this.factor, generator);
    const isApplied = ops.less(drawFrom([batch], [0, 1], generator), probability);
    return { isApplied, sigma: ops.add(drawFrom([2], this.sigma, generator), 1e-6) };
  }

  override transformImages(images: Tensor, { isApplied, sigma }: Blur): Tensor {
    const blurred = ops.image.gaussianBlur(images, { kernelSize: [...this.kernelSize], sigma, dataFormat: 'channels_last' });
    return ops.clip(ops.where(perImage(isApplied), blurred, images) as Tensor, ...this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor, kernelSize: this.kernelSize, sigma: this.sigma };
  }
}
