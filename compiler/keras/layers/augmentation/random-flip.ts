// Mirrors images by chance.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { withFirst } from '../arguments.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, perBox, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { drawFrom } from './factors.ts';
import { type Frame, RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';

export type FlipMode = 'horizontal' | 'vertical' | 'horizontal_and_vertical';

export interface RandomFlipOptions extends RandomImageLayerOptions {
  /** Default `horizontal_and_vertical`: about both axes at once. */
  readonly mode?: FlipMode;
}

/** Each image with probability 1/2. @example new layers.RandomFlip('horizontal')(images) */
export class RandomFlip extends RandomImageLayer<Tensor> {
  readonly mode: FlipMode;

  constructor(mode?: FlipMode | RandomFlipOptions, options?: RandomFlipOptions) {
    const all = withFirst<'mode', RandomFlipOptions>('mode', mode, options);
    super(all);
    this.mode = all.mode ?? 'horizontal_and_vertical';
    if (!['horizontal', 'vertical', 'horizontal_and_vertical'].includes(this.mode))
      throw new ValueError(`Unknown \`mode\` ${this.mode}. Expected horizontal, vertical or horizontal_and_vertical.`, {
        code: 'arguments',
      });
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return ops.lessEqual(drawFrom([batch, 1, 1, 1], [0, 1], generator), 0.5);
  }

  get #horizontal(): boolean {
    return this.mode !== 'vertical';
  }

  get #vertical(): boolean {
    return this.mode !== 'horizontal';
  }

  override transformImages(images: Tensor, flips: Tensor): Tensor {
    const axes = [...(this.#vertical ? [1] : []), ...(this.#horizontal ? [2] : [])];
    return ops.where(flips, ops.flip(images, { axis: axes }), images) as Tensor;
  }

  override transformSegmentationMasks(masks: Tensor, flips: Tensor): Tensor {
    return this.transformImages(masks, flips);
  }

  override transformBoundingBoxes(boxes: BoundingBoxes, flips: Tensor, { height, width }: Frame): BoundingBoxes {
    const format = this.boxFormat;
    const [x1, y1, x2, y2] = splitBoxes(convertFormat(boxes.boxes, { source: format, target: 'rel_xyxy', height, width }));
    const choose = (flipped: Tensor, kept: Tensor, isFlipped: boolean): Tensor =>
      isFlipped ? (ops.where(perBox(flips), ops.subtract(1, flipped), kept) as Tensor) : kept;
    const [h, v] = [this.#horizontal, this.#vertical];
    const edges = [choose(x2, x1, h), choose(y2, y1, v), choose(x1, x2, h), choose(y1, y2, v)];
    // As in Keras, shares are clipped as if they were pixels.
    const clipped = clipToImageSize(withBoxes(boxes, joinBoxes(edges)), height, width);
    return withBoxes(clipped, convertFormat(clipped.boxes, { source: 'rel_xyxy', target: format, height, width }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), mode: this.mode };
  }
}
