// Takes the colour out of some images.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { drawFrom } from './factors.ts';
import { type Frame, RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';

export interface RandomGrayscaleOptions extends RandomImageLayerOptions {
  /** The share of images that become grey. Default 0.5. */
  readonly factor?: number;
}

/** Grey images keep their three channels. @example new layers.RandomGrayscale({ factor: 0.3 })(images) */
export class RandomGrayscale extends RandomImageLayer<Tensor> {
  readonly factor: number;

  constructor(options: RandomGrayscaleOptions = {}) {
    super(options);
    this.factor = options.factor ?? 0.5;
    if (!(this.factor >= 0 && this.factor <= 1))
      throw new ValueError(`\`factor\` should be between 0 and 1. Received: factor=${this.factor}`, { code: 'factor' });
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return ops.less(drawFrom([batch, 1, 1, 1], [0, 1], generator), this.factor);
  }

  override transformImages(images: Tensor, isGray: Tensor): Tensor {
    return ops.where(isGray, ops.image.rgbToGrayscale(images, { dataFormat: 'channels_last' }), images) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    const { seed, ...config } = super.getConfig();
    // Keras's config has no seed; one that was given is kept.
    return { ...config, ...(seed === null ? {} : { seed }), factor: this.factor };
  }
}
