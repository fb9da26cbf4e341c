// Gives all images the same number of bounding boxes.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import type { BoundingBoxes } from './bounding-boxes.ts';
import { ImageLayer, type ImageLayerOptions } from './image-layer.ts';

export interface MaxNumBoundingBoxesOptions extends ImageLayerOptions {
  /** What stands for boxes, and their labels, that are not there. Default -1. */
  readonly fillValue?: number;
}

/** The first `maxNumber` boxes, filled up. */
export class MaxNumBoundingBoxes extends ImageLayer {
  static override readonly positional: readonly string[] = ['maxNumber'];

  readonly maxNumber: number;
  readonly fillValue: number;
  protected override readonly isAlwaysOn = true;

  constructor(maxNumber: number, options: MaxNumBoundingBoxesOptions = {}) {
    super(options);
    this.maxNumber = Math.trunc(maxNumber);
    this.fillValue = Math.trunc(options.fillValue ?? -1);
  }

  override drawTransformation(): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    return images;
  }

  override transformBoundingBoxes(boxes: BoundingBoxes): BoundingBoxes {
    const resize = (x: Tensor): Tensor => {
      const kept = ops.getItem(x, [{}, { stop: this.maxNumber }]);
      const missing = this.maxNumber - (kept.shape[1] as number);
      const widths = kept.shape.map((_, axis): [number, number] => [0, axis === 1 ? missing : 0]);
      return ops.pad(kept, widths, { constantValues: this.fillValue });
    };
    return { ...boxes, boxes: resize(boxes.boxes), labels: resize(boxes.labels) };
  }

  override getConfig(): Record<string, unknown> {
    const config = { ...super.getConfig(), maxNumber: this.maxNumber };
    return this.fillValue === -1 ? config : { ...config, fillValue: this.fillValue };
  }
}
