// What all layers on images share: one image or a batch, alone or with labels, bounding boxes and masks, in any layout.

import { formatShape, NotImplementedError, ValueError } from '../../../errors/index.ts';
import { isFloat } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import { SeedGenerator } from '../../engine/seed-generator.ts';
import { isPlainObject, type Nested } from '../../engine/structure.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { type BoundingBoxes, toBoundingBoxes } from './bounding-boxes.ts';

/** Images and what belongs to them, under the names that Keras gives them. */
export interface ImageData {
  readonly images: Tensor;
  readonly labels?: Tensor;
  readonly bounding_boxes?: BoundingBoxes;
  readonly segmentation_masks?: Tensor;
  readonly [name: string]: Nested<Tensor> | undefined;
}

export interface ImageLayerOptions extends LayerOptions {
  readonly dataFormat?: DataFormat | null;
  /** What the numbers of a bounding box mean: `xyxy`, `rel_xyxy`, `xywh`, `center_xywh`, ... Needed with bounding boxes. */
  readonly boundingBoxFormat?: string | null;
}

export interface RandomImageLayerOptions extends ImageLayerOptions {
  readonly seed?: number | null;
}

/** How many images there are, and their size. */
export interface Frame {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A layer that changes images while training. Subclasses see batches [batch, height, width, channels] in the layer's compute dtype.
 * `T` is what is drawn once per call and then done alike to the images and what belongs to them.
 */
export abstract class ImageLayer<T = null> extends Layer {
  readonly dataFormat: DataFormat;
  readonly boundingBoxFormat: string | null;
  /** Whether the layer works in inference too. */
  protected readonly isAlwaysOn: boolean = false;
  /** Whether images stay in their own dtype instead of the layer's. */
  protected readonly keepsDType: boolean = false;

  constructor(options: ImageLayerOptions = {}) {
    super(options);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.boundingBoxFormat = options.boundingBoxFormat ?? null;
  }

  /** What is left to chance, for a batch of images. */
  abstract drawTransformation(frame: Frame, generator?: SeedGenerator): T;

  abstract transformImages(images: Tensor, transformation: T): Tensor;

  transformLabels(labels: Tensor, _transformation: T): Tensor {
    return labels;
  }

  transformBoundingBoxes(boxes: BoundingBoxes, _transformation: T, _frame: Frame): BoundingBoxes {
    return boxes;
  }

  /** Masks are floats here; they come back in their own dtype. */
  transformSegmentationMasks(masks: Tensor, _transformation: T): Tensor {
    return masks;
  }

  override call(data: Nested<Tensor>, { training }: CallOptions = {}): Nested<Tensor> {
    const isActive = this.isAlwaysOn || (training ?? true);
    const images = isPlainObject(data) ? (data as ImageData).images : (data as Tensor);
    const isBatch = this.#isBatch(images);
    const batch = this.#toBatch(images, isBatch);
    const frame = frameOf(batch);
    const transformation = isActive ? { value: this.drawTransformation(frame) } : null;
    const given = this.keepsDType ? batch : ops.cast(batch, this.computeDtype);
    const changed = transformation ? this.transformImages(given, transformation.value) : given;
    const result = this.#fromBatch(ops.cast(changed, given.dtype), isBatch);
    return isPlainObject(data)
      ? { ...data, images: result, ...this.#transformRest(data as ImageData, transformation, frame, isBatch) }
      : result;
  }

  #transformRest(data: ImageData, transformation: { readonly value: T } | null, frame: Frame, isBatch: boolean): Partial<ImageData> {
    const { labels, bounding_boxes: boxes, segmentation_masks: masks } = data;
    const single = (tensor: Tensor): Tensor => (isBatch ? tensor : ops.expandDims(tensor, 0));
    const back = (tensor: Tensor): Tensor => (isBatch ? tensor : ops.squeeze(tensor, { axis: 0 }));
    const rest: { -readonly [K in keyof ImageData]?: ImageData[K] } = {};
    if (boxes) {
      const given = this.#toBoxes(boxes);
      const batched = { ...given, boxes: single(given.boxes), labels: single(given.labels) };
      const moved = transformation ? this.transformBoundingBoxes(batched, transformation.value, frame) : batched;
      rest.bounding_boxes = { ...moved, boxes: back(moved.boxes), labels: back(moved.labels) };
    }
    if (transformation && labels) rest.labels = back(this.transformLabels(single(labels), transformation.value));
    if (transformation && masks) {
      const batch = this.#toBatch(masks, isBatch);
      const number = isFloat(batch.dtype) ? batch : ops.cast(batch, 'float32');
      rest.segmentation_masks = this.#fromBatch(
        ops.cast(this.transformSegmentationMasks(number, transformation.value), masks.dtype),
        isBatch,
      );
    }
    return rest;
  }

  #toBoxes(boxes: BoundingBoxes): BoundingBoxes {
    if (this.boundingBoxFormat === null) {
      throw new ValueError(
        "You passed an input with a 'bounding_boxes' key, but you didn't specify a bounding box format. Pass a `bounding_box_format` argument " +
          `to your ${this.className} layer, e.g. \`bounding_box_format='xyxy'\`.`,
        { code: 'bounding-box-format' },
      );
    }
    return toBoundingBoxes(boxes);
  }

  /** The format of the boxes, once they are known to be there. */
  protected get boxFormat(): string {
    return this.boundingBoxFormat as string;
  }

  #isBatch(images: Tensor): boolean {
    if (images?.rank === 3 || images?.rank === 4) return images.rank === 4;
    throw new ValueError(
      `Expected image tensor to have rank 3 (single image) or 4 (batch of images). Received: data.shape=${formatShape(images?.shape ?? [])}`,
      { code: 'rank' },
    );
  }

  #toBatch(images: Tensor, isBatch: boolean): Tensor {
    const batch = isBatch ? images : ops.expandDims(images, 0);
    return this.dataFormat === 'channels_last' ? batch : ops.transpose(batch, { axes: [0, 2, 3, 1] });
  }

  #fromBatch(images: Tensor, isBatch: boolean): Tensor {
    const placed = this.dataFormat === 'channels_last' ? images : ops.transpose(images, { axes: [0, 3, 1, 2] });
    return isBatch ? placed : ops.squeeze(placed, { axis: 0 });
  }

  protected refuseBoundingBoxes(): never {
    throw new NotImplementedError(`${this.className} does not transform bounding boxes.`, { code: 'bounding-boxes' });
  }

  override getConfig(): Record<string, unknown> {
    const config = { ...super.getConfig(), dataFormat: this.dataFormat };
    return this.boundingBoxFormat === null ? config : { ...config, boundingBoxFormat: this.boundingBoxFormat };
  }
}

/** Of channels-last images. */
export function frameOf(images: Tensor): Frame {
  const [batch, height, width, channels] = images.shape as readonly [number, number, number, number];
  return { batch, height, width, channels };
}

/** A layer that draws random numbers, one set for each image as a rule. */
export abstract class RandomImageLayer<T> extends ImageLayer<T> {
  readonly seed: number | null;
  readonly generator: SeedGenerator;

  constructor(options: RandomImageLayerOptions = {}) {
    super(options);
    this.seed = options.seed ?? null;
    this.generator = new SeedGenerator(this.seed);
  }

  /** Layers made of others draw with the generator that they are handed. */
  abstract override drawTransformation(frame: Frame, generator?: SeedGenerator): T;

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), seed: this.seed };
  }
}
