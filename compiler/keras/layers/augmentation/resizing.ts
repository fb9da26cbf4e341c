// Brings images to one size.
import type { Tensor } from '../../../trace/tensor.ts';
import type { Interpolation } from '../../ops/image/resize-taps.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { type Frame, ImageLayer, type ImageLayerOptions } from './image-layer.ts';

export interface ResizingOptions extends ImageLayerOptions {
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Crops to the target's aspect ratio first, so that nothing is distorted. */
  readonly cropToAspectRatio?: boolean;
  /** Pads to the target's aspect ratio first. */
  readonly padToAspectRatio?: boolean;
  readonly fillMode?: 'constant';
  readonly fillValue?: number;
  /** Widens the filter where the image shrinks. */
  readonly antialias?: boolean;
}

/** How edges in pixels become edges in the resized image: edge * scale - offset. */
interface Placement {
  readonly scale: number;
  readonly offset: number;
}

/**
 * (height, width, channels) or (batch, height, width, channels) -> the target size, in the inputs' dtype.
 *
 * @example new layers.Resizing(224, 224)(images)
 */
export class Resizing extends ImageLayer {
  static override readonly positional: readonly string[] = ['height', 'width'];

  readonly height: number;
  readonly width: number;
  readonly interpolation: Interpolation;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillMode: 'constant';
  readonly fillValue: number;
  readonly antialias: boolean;
  protected override readonly isAlwaysOn = true;
  protected override readonly keepsDType = true;

  constructor(height: number, width: number, options: ResizingOptions = {}) {
    super(options);
    this.height = height;
    this.width = width;
    this.interpolation = options.interpolation ?? 'bilinear';
    this.cropToAspectRatio = options.cropToAspectRatio ?? false;
    this.padToAspectRatio = options.padToAspectRatio ?? false;
    this.fillMode = options.fillMode ?? 'constant';
    this.fillValue = options.fillValue ?? 0;
    this.antialias = options.antialias ?? false;
  }

  override drawTransformation(): null {
    return null;
  }

  #resize(images: Tensor, interpolation: Interpolation): Tensor {
    const { antialias, cropToAspectRatio, padToAspectRatio, fillMode, fillValue } = this;
    const options = { interpolation, antialias, cropToAspectRatio, padToAspectRatio, fillMode, fillValue };
    return ops.image.resize(images, [this.height, this.width], { ...options, dataFormat: 'channels_last' });
  }

  override transformImages(images: Tensor): Tensor {
    return this.#resize(images, this.interpolation);
  }

  override transformSegmentationMasks(masks: Tensor): Tensor {
    return this.#resize(masks, 'nearest');
  }

  /** Boxes of nothing but 0 or of nothing but -1 stand for none, and become 0. */
  override transformBoundingBoxes(boxes: BoundingBoxes, _transformation: null, { height, width }: Frame): BoundingBoxes {
    const format = this.boxFormat;
    const isAll = (value: number): Tensor => ops.all(ops.equal(boxes.boxes, value), { axis: -1, keepdims: true });
    const isNone = ops.logicalOr(isAll(-1), isAll(0));
    const edges = splitBoxes(convertFormat(boxes.boxes, { source: format, target: 'xyxy', height, width }));
    const [across, down] = this.#placements(height, width);
    const moved = edges.map((edge, index) => {
      const { scale, offset } = index % 2 === 0 ? across : down;
      return ops.subtract(ops.multiply(edge, scale), offset);
    });
    const clipped = clipToImageSize(withBoxes(boxes, joinBoxes(moved)), this.height, this.width);
    const kept = ops.where(isNone, ops.zerosLike(clipped.boxes), clipped.boxes) as Tensor;
    const target = { height: this.height, width: this.width };
    return withBoxes(clipped, convertFormat(kept, { source: 'xyxy', target: format, ...target }));
  }

  #placements(height: number, width: number): readonly [Placement, Placement] {
    const stretched = [this.width / width, this.height / height] as const;
    if (!this.padToAspectRatio && !this.cropToAspectRatio)
      return [
        { scale: stretched[0], offset: 0 },
        { scale: stretched[1], offset: 0 },
      ];
    // One scale for both axes; what is left over lies on both sides alike.
    const scale = this.padToAspectRatio ? Math.min(...stretched) : Math.max(...stretched);
    const offset = (size: number, target: number): number =>
      this.padToAspectRatio ? -Math.floor((target - size * scale) / 2) : Math.floor((size * scale - target) / 2);
    return [
      { scale, offset: offset(width, this.width) },
      { scale, offset: offset(height, this.height) },
    ];
  }

  override getConfig(): Record<string, unknown> {
    const { height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillMode, fillValue, antialias } = this;
    const config = { height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillMode, fillValue, antialias };
    return { ...super.getConfig(), ...config };
  }
}
