// Mixes each image, and its label, with another one of the batch (Zhang et al., 2018).
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { beta, shuffle } from '../../random/index.ts';
import type { BoundingBoxes } from './bounding-boxes.ts';
import { mixLabels } from './cut-mix.ts';
import { type Frame, RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';

export interface MixUpOptions extends RandomImageLayerOptions {
  /** The parameter of the beta distribution that weights are drawn from. Default 0.2. */
  readonly alpha?: number;
}

interface Mixture {
  /** Which other image: [batch]. */
  readonly order: Tensor;
  /** The share of the own one: [batch]. */
  readonly weight: Tensor;
}

/**
 * Mixes each image, and its label, with another one of the batch (Zhang and others, https://arxiv.org/abs/1710.09412).
 *
 * @example new layers.MixUp({ alpha: 0.2 })({ images, labels }, { training: true })
 */
export class MixUp extends RandomImageLayer<Mixture> {
  readonly alpha: number;

  constructor(options: MixUpOptions = {}) {
    super(options);
    this.alpha = options.alpha ?? 0.2;
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Mixture {
    const order = shuffle(ops.arange(batch, { dtype: 'int32' }), { seed: generator });
    return { order, weight: beta([batch], this.alpha, this.alpha, { seed: generator }) };
  }

  override transformImages(images: Tensor, { order, weight }: Mixture): Tensor {
    return mixLabels(images, order, ops.cast(weight, images.dtype));
  }

  override transformLabels(labels: Tensor, { order, weight }: Mixture): Tensor {
    return mixLabels(labels, order, weight);
  }

  override transformSegmentationMasks(masks: Tensor, { order, weight }: Mixture): Tensor {
    return mixLabels(masks, order, weight);
  }

  /** The boxes of both images. */
  override transformBoundingBoxes(boxes: BoundingBoxes, { order }: Mixture): BoundingBoxes {
    const both = (x: Tensor): Tensor => ops.concatenate([x, ops.take(x, order, { axis: 0 })], { axis: 1 });
    return { ...boxes, boxes: both(boxes.boxes), labels: both(boxes.labels) };
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), alpha: this.alpha };
  }
}
