// Spreads the values of pixels evenly: histogram equalization.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type Range, valueRange } from './factors.ts';
import { ImageLayer, type ImageLayerOptions } from './image-layer.ts';
import { BYTES, rescale } from './value-range.ts';

export interface EqualizationOptions extends ImageLayerOptions {
  /** Default [0, 255]. */
  readonly valueRange?: Range;
  /** How many values are told apart. Default 256. */
  readonly bins?: number;
}

/** While training. As in Keras, one histogram per channel for the whole batch. */
export class Equalization extends ImageLayer {
  readonly valueRange: Range;
  readonly bins: number;

  constructor(options: EqualizationOptions = {}) {
    super(options);
    this.valueRange = valueRange(options.valueRange);
    this.bins = options.bins ?? 256;
  }

  override drawTransformation(): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    const bytes = rescale(images, this.valueRange, BYTES);
    const channels = ops.split(bytes, images.shape[3] as number, { axis: -1 }).map((channel) => this.#equalize(channel));
    return rescale(ops.concatenate(channels, { axis: -1 }), BYTES, this.valueRange);
  }

  #equalize(channel: Tensor): Tensor {
    const bins = ops.cast(ops.clip(ops.multiply(ops.divide(channel, 255), this.bins - 1), 0, this.bins - 1), 'int32');
    const histogram = ops.segmentSum(ops.ones([channel.size], { dtype: 'int32' }), ops.ravel(bins), { numSegments: this.bins });
    const counts = ops.cumsum(histogram);
    const total = ops.getItem(counts, -1);
    const first = ops.min(ops.where(ops.greater(counts, 0), counts, total) as Tensor);
    const span = ops.maximum(ops.subtract(total, first), 1);
    const table = ops.clip(ops.round(ops.divide(ops.multiply(ops.subtract(counts, first), 255), span)), 0, 255);
    const isFlat = ops.lessEqual(ops.countNonzero(histogram), 1);
    return ops.where(isFlat, channel, ops.cast(ops.take(table, bins), channel.dtype)) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), bins: this.bins, valueRange: this.valueRange };
  }
}
