// Tilts images: moves their corners.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { homographies } from '../../ops/image/perspective-transform.ts';
import { SAMPLINGS, type Sampling } from '../../ops/image/sample.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { drawFrom, type Factor, factorRange, type Range, requireSupported } from './factors.ts';
import { type Frame, RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';
import { perImage } from './value-range.ts';

export interface RandomPerspectiveOptions extends RandomImageLayerOptions {
  /** The range of probabilities with which an image changes. Default 1, which stands for 0 to 1. */
  readonly factor?: Factor;
  /** How far corners move, in 0..1. Default 1. */
  readonly scale?: number;
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
  /** What comes in from outside. Default 0. */
  readonly fillValue?: number;
}

interface Tilt {
  readonly isApplied: Tensor;
  /** The corners before and after: [batch, 4, 2]. */
  readonly start: Tensor;
  readonly end: Tensor;
}

/**
 * Tilts images while training, by moving their corners.
 *
 * @example new layers.RandomPerspective({ factor: 1 })(images, { training: true })
 */
export class RandomPerspective extends RandomImageLayer<Tilt> {
  readonly factor: Range;
  readonly scale: number;
  readonly interpolation: Sampling;
  readonly fillValue: number;

  constructor(options: RandomPerspectiveOptions = {}) {
    super(options);
    this.factor = factorRange(options.factor ?? 1, [0, 1]);
    this.scale = options.scale ?? 1;
    this.interpolation = requireSupported('interpolation', options.interpolation ?? 'bilinear', SAMPLINGS);
    this.fillValue = options.fillValue ?? 0;
    if (this.scale < 0 || this.scale > 1)
      throw new ValueError(`The \`scale\` argument should be a number in the range [0,1]. Received: scale=${this.scale}`, {
        code: 'factor',
      });
  }

  override drawTransformation({ batch, height, width }: Frame, generator = this.generator): Tilt {
    const probability = drawFrom([batch], this.factor, generator);
    const isApplied = ops.less(drawFrom([batch], [0, 1], generator), probability);
    const shift = drawFrom([batch, 4, 2], [-0.5 * this.scale, 0.5 * this.scale], generator);
    const [right, bottom] = [width - 1, height - 1];
    const corners = ops.convertToTensor([[[0, 0], [right, 0], [0, bottom], [right, bottom]]], { dtype: 'float32' }); // biome-ignore format: four corners
    const start = ops.broadcastTo(corners, [batch, 4, 2]);
    return { isApplied, start, end: ops.add(start, ops.multiply(start, shift)) };
  }

  #tilt(images: Tensor, { isApplied, start, end }: Tilt, interpolation: Sampling): Tensor {
    const options = { interpolation, fillValue: this.fillValue, dataFormat: 'channels_last' } as const;
    return ops.where(perImage(isApplied), ops.image.perspectiveTransform(images, start, end, options), images) as Tensor;
  }

  override transformImages(images: Tensor, tilt: Tilt): Tensor {
    return this.#tilt(images, tilt, this.interpolation);
  }

  override transformSegmentationMasks(masks: Tensor, tilt: Tilt): Tensor {
    return this.#tilt(masks, tilt, 'nearest');
  }

  /** The boxes around the moved corners; as in Keras they stay edges in pixels. */
  override transformBoundingBoxes(boxes: BoundingBoxes, { isApplied, start, end }: Tilt, { height, width }: Frame): BoundingBoxes {
    const given = convertFormat(boxes.boxes, { source: this.boxFormat, target: 'xyxy', height, width });
    const batch = start.shape[0] as number;
    const matrix = ops.reshape(ops.concatenate([homographies(start, end), ops.ones([batch, 1])], { axis: 1 }), [batch, 3, 3]);
    const [x1, y1, x2, y2] = splitBoxes(given);
    const corners = [[x1, y1], [x2, y2], [x1, y2], [x2, y1]] as const; // biome-ignore format: four corners
    const moved = corners.map(([x, y]) => moveCorners(ops.inv(matrix), x, y));
    const [xs, ys] = [0, 1].map((axis) => ops.concatenate(moved.map((point) => point[axis] as Tensor), { axis: -1 })) as [Tensor, Tensor]; // biome-ignore format: one list
    const edges = [ops.min, ops.max].flatMap((find) => [xs, ys].map((values) => find(values, { axis: -1, keepdims: true })));
    const chosen = ops.where(ops.reshape(isApplied, [batch, 1, 1]), joinBoxes(edges), given) as Tensor;
    return clipToImageSize(withBoxes(boxes, chosen), height, width);
  }

  override getConfig(): Record<string, unknown> {
    const { factor, scale, interpolation, fillValue } = this;
    return { ...super.getConfig(), factor, scale, interpolation, fillValue };
  }
}

/** Points [batch, count, 1] through matrices [batch, 3, 3]. */
function moveCorners(matrix: Tensor, x: Tensor, y: Tensor): readonly [Tensor, Tensor] {
  const points = ops.concatenate([x, y, ops.onesLike(x)], { axis: -1 });
  const [across, down, depth] = splitColumns(ops.matmul(points, ops.swapaxes(matrix, 1, 2)));
  return [ops.divide(across, depth), ops.divide(down, depth)];
}

const splitColumns = (points: Tensor): readonly [Tensor, Tensor, Tensor] =>
  ops.split(points, 3, { axis: -1 }) as unknown as readonly [Tensor, Tensor, Tensor];
