// The middle of images, enlarged first where they are too small.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { type Frame, frameOf, ImageLayer, type ImageLayerOptions } from './image-layer.ts';

/** The part of an image that is shown, in pixels. */
interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** (..., height, width, channels) -> the given size, in the layer's dtype. @example new layers.CenterCrop(224, 224)(images) */
export class CenterCrop extends ImageLayer {
  static override readonly positional: readonly string[] = ['height', 'width'];

  readonly height: number;
  readonly width: number;
  protected override readonly isAlwaysOn = true;

  constructor(height: number, width: number, options: ImageLayerOptions = {}) {
    super(options);
    this.height = height;
    this.width = width;
  }

  override drawTransformation(): null {
    return null;
  }

  /** The middle in the size asked for, or as much of it as has its proportions. */
  #window({ height, width }: Pick<Frame, 'height' | 'width'>): Window {
    const fits = height >= this.height && width >= this.width;
    const kept = (size: number, ideal: number): number => Math.max(1, Math.min(size, Math.trunc(ideal)));
    const shown = fits
      ? { height: this.height, width: this.width }
      : { height: kept(height, (width * this.height) / this.width), width: kept(width, (height * this.width) / this.height) };
    return { ...shown, top: Math.trunc((height - shown.height) / 2), left: Math.trunc((width - shown.width) / 2) };
  }

  override transformImages(images: Tensor): Tensor {
    const { batch, height, width, channels } = frameOf(images);
    const window = this.#window({ height, width });
    const cut = ops.slice(images, [0, window.top, window.left, 0], [batch, window.height, window.width, channels]);
    return ops.image.resize(cut, [this.height, this.width], { dataFormat: 'channels_last' });
  }

  override transformSegmentationMasks(masks: Tensor): Tensor {
    return this.transformImages(masks);
  }

  override transformBoundingBoxes(boxes: BoundingBoxes, _transformation: null, { height, width }: Frame): BoundingBoxes {
    const format = this.boxFormat;
    const window = this.#window({ height, width });
    const edges = splitBoxes(convertFormat(boxes.boxes, { source: format, target: 'xyxy', height, width }));
    const moved = edges.map((edge, index) => {
      const [start, size, target] = index % 2 === 0 ? [window.left, window.width, this.width] : [window.top, window.height, this.height];
      const cut = ops.subtract(ops.clip(edge, start, start + size), start);
      return size === target ? cut : ops.multiply(ops.divide(cut, size), target);
    });
    const clipped = clipToImageSize(withBoxes(boxes, joinBoxes(moved)), this.height, this.width);
    const target = { height: this.height, width: this.width };
    return withBoxes(clipped, convertFormat(clipped.boxes, { source: 'xyxy', target: format, ...target }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), height: this.height, width: this.width };
  }
}
