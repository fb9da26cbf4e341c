// Cuts images to a size, somewhere by chance.
import type { Tensor } from '../../../trace/tensor.ts';
import { makeDefaultSeed } from '../../engine/default-seed.ts';
import type { KerasTensor } from '../../engine/keras-tensor.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import type { Nested } from '../../engine/structure.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, convertFormat, joinBoxes, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { drawFrom } from './factors.ts';
import { type Frame, frameOf, RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';

/** Where the cut begins: known ahead for images that are no larger than the size. */
interface Start {
  readonly top: Tensor | number;
  readonly left: Tensor | number;
}

/**
 * While training, the same place for all images of a batch. Images no larger than the size lose what the size's proportions do not
 * show and are resized. In inference images stay as they are.
 *
 * @example new layers.RandomCrop(24, 24)(images)
 */
export class RandomCrop extends RandomImageLayer<Start> {
  static override readonly positional: readonly string[] = ['height', 'width'];

  readonly height: number;
  readonly width: number;

  constructor(height: number, width: number, options: RandomImageLayerOptions = {}) {
    super({ ...options, seed: options.seed ?? makeDefaultSeed() });
    this.height = height;
    this.width = width;
    this.supportsMasking = false;
  }

  override drawTransformation({ height, width }: Frame, generator = this.generator): Start {
    if (height > this.height && width > this.width) {
      const draw = (spare: number): Tensor => ops.cast(drawFrom([], [0, spare + 1], generator), 'int32');
      const top = draw(height - this.height);
      return { top, left: draw(width - this.width) };
    }
    const kept = (size: number, ideal: number): number => Math.max(Math.min(size, Math.trunc(ideal)), 1);
    const shown = [kept(height, (width * this.height) / this.width), kept(width, (height * this.width) / this.height)] as const;
    return { top: Math.trunc((height - shown[0]) / 2), left: Math.trunc((width - shown[1]) / 2) };
  }

  /** As in Keras, symbolic images have the size that they get while training. */
  override computeOutputSpec(args: readonly unknown[], options: CallOptions): Nested<KerasTensor> {
    return super.computeOutputSpec(args, { ...options, training: true });
  }

  override transformImages(images: Tensor, { top, left }: Start): Tensor {
    const { batch, height, width, channels } = frameOf(images);
    if (typeof top !== 'number' || typeof left !== 'number') {
      const zero = ops.zeros([], { dtype: 'int32' });
      return ops.slice(images, ops.stack([zero, top as Tensor, left as Tensor, zero]), [batch, this.height, this.width, channels]);
    }
    const shown = [Math.min(this.height, height - top), Math.min(this.width, width - left)] as const;
    const cut = ops.slice(images, [0, top, left, 0], [batch, ...shown, channels]);
    return ops.image.resize(cut, [this.height, this.width], { dataFormat: 'channels_last' });
  }

  override transformSegmentationMasks(masks: Tensor, start: Start): Tensor {
    return this.transformImages(masks, start);
  }

  /** As in Keras, which takes the top away from the left edges, and the left from the top ones. */
  override transformBoundingBoxes(boxes: BoundingBoxes, { top, left }: Start): BoundingBoxes {
    const size = { height: this.height, width: this.width };
    const edges = splitBoxes(convertFormat(boxes.boxes, { source: this.boxFormat, target: 'xyxy', ...size }));
    const start = [top, left].map((value) => ops.cast(value, 'float32'));
    const moved = edges.map((edge, index) => ops.maximum(ops.subtract(edge, start[index % 2] as Tensor), 0));
    return withBoxes(boxes, convertFormat(joinBoxes(moved), { source: 'xyxy', target: this.boxFormat, ...size }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), height: this.height, width: this.width };
  }
}
