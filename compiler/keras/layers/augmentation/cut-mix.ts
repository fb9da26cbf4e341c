// Puts a rectangle of another image of the batch into each, and mixes the labels by area (Yun et al., 2019).
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { beta, shuffle } from '../../random/index.ts';
import { withFirst } from '../arguments.ts';
import type { BoundingBoxes } from './bounding-boxes.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import { type Frame, RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';
import { drawPatches, patchMask } from './random-boxes.ts';

export interface CutMixOptions extends RandomImageLayerOptions {
  /** The range of the parameter of the distribution of areas, in 0..1. Default 1, which stands for 0 to 1. */
  readonly factor?: Factor;
}

interface Cut {
  /** Whose image the rectangle comes from: [batch]. */
  readonly order: Tensor;
  readonly mask: Tensor;
  /** The share of the own image: [batch]. */
  readonly weight: Tensor;
}

/**
 * Puts a rectangle of another image of the batch into each; takes and returns `{ images, labels }` (Yun and others, https://arxiv.org/abs/1905.04899).
 *
 * @example new layers.CutMix()({ images, labels }, { training: true })
 */
export class CutMix extends RandomImageLayer<Cut> {
  readonly factor: Range;

  constructor(factor?: Factor | CutMixOptions, options?: CutMixOptions) {
    const all = withFirst<'factor', CutMixOptions>('factor', factor, options);
    super(all);
    this.factor = factorRange(all.factor ?? 1, [0, 1]);
  }

  override drawTransformation(frame: Frame, generator = this.generator): Cut {
    const { batch, height, width } = frame;
    const parameter = ops.add(drawFrom([], this.factor, generator), 1e-6);
    const side = ops.sqrt(ops.subtract(1, beta([batch], parameter, parameter, { seed: generator })));
    const patch = drawPatches(frame, side, side, generator);
    const area = ops.multiply(ops.subtract(patch.x.end, patch.x.start), ops.subtract(patch.y.end, patch.y.start));
    const order = shuffle(ops.arange(batch, { dtype: 'int32' }), { seed: generator });
    return { order, mask: patchMask(patch, frame), weight: ops.subtract(1, ops.divide(area, width * height)) };
  }

  override transformImages(images: Tensor, { order, mask }: Cut): Tensor {
    return ops.where(mask, ops.take(images, order, { axis: 0 }), images) as Tensor;
  }

  override transformLabels(labels: Tensor, { order, weight }: Cut): Tensor {
    return mixLabels(labels, order, weight);
  }

  override transformSegmentationMasks(masks: Tensor, cut: Cut): Tensor {
    return this.transformImages(masks, cut);
  }

  override transformBoundingBoxes(): BoundingBoxes {
    return this.refuseBoundingBoxes();
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}

/** weight * own + (1 - weight) * other, a weight for each image. */
export function mixLabels(labels: Tensor, order: Tensor, weight: Tensor): Tensor {
  const share = ops.reshape(weight, [weight.size, ...labels.shape.slice(1).map(() => 1)]);
  return ops.add(ops.multiply(share, labels), ops.multiply(ops.subtract(1, share), ops.take(labels, order, { axis: 0 })));
}
