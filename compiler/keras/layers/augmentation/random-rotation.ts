// Turns images about their middle.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, perBox, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { drawFrom, type Factor, factorRange, type Range } from './factors.ts';
import { type Frame, frameOf } from './image-layer.ts';
import { matrixRows, WarpLayer, type WarpOptions } from './warp-layer.ts';

const multiply = ops.multiply;
const radians = (angle: Tensor): Tensor => multiply(angle, Math.PI / 180);

/**
 * By an angle out of a range of shares of a full turn: 0.2 means up to 72 degrees either way.
 *
 * @example new layers.RandomRotation(0.1)(images)
 */
export class RandomRotation extends WarpLayer<Tensor> {
  static override readonly positional: readonly string[] = ['factor'];

  readonly factor: Range;

  constructor(factor: Factor, options: WarpOptions = {}) {
    super(options);
    this.factor = factorRange(factor, [-1, 1]);
  }

  /** Degrees. */
  override drawTransformation({ batch }: Frame, generator = this.generator): Tensor {
    return drawFrom([batch], [this.factor[0] * 360, this.factor[1] * 360], generator);
  }

  protected override matrixOf(angle: Tensor, images: Tensor): Tensor {
    const { batch, height, width } = frameOf(images);
    const [cos, sin] = [ops.cos(radians(angle)), ops.sin(radians(angle))];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const right = ops.subtract(ops.subtract(x, multiply(cos, x)), multiply(ops.negative(sin), y));
    const down = ops.subtract(ops.subtract(y, multiply(sin, x)), multiply(cos, y));
    return matrixRows(batch, [cos, ops.negative(sin), right, sin, cos, down, 0, 0]);
  }

  /** The boxes around the turned corners. As in Keras, boxes are taken for edges in pixels whatever their format. */
  override transformBoundingBoxes(boxes: BoundingBoxes, angle: Tensor, { height, width }: Frame): BoundingBoxes {
    const [cos, sin] = [perBox(ops.cos(radians(angle))), perBox(ops.sin(radians(angle)))];
    const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
    const [x1, y1, x2, y2] = splitBoxes(boxes.boxes).map((edge, index) => ops.subtract(edge, index % 2 === 0 ? cx : cy)) as [
      Tensor, Tensor, Tensor, Tensor,
    ]; // biome-ignore format: four edges
    const corners = [[x1, y1], [x2, y1], [x2, y2], [x1, y2]] as const; // biome-ignore format: four corners
    const across = ops.concatenate(corners.map(([x, y]) => ops.add(multiply(cos, x), multiply(sin, y))), { axis: -1 }); // biome-ignore format: one formula
    const down = ops.concatenate(corners.map(([x, y]) => ops.subtract(multiply(cos, y), multiply(sin, x))), { axis: -1 }); // biome-ignore format: one formula
    const extreme = (values: Tensor, find: typeof ops.min, centre: number): Tensor =>
      ops.add(find(values, { axis: -1, keepdims: true }), centre);
    const edges = [extreme(across, ops.min, cx), extreme(down, ops.min, cy), extreme(across, ops.max, cx), extreme(down, ops.max, cy)];
    const clipped = clipToImageSize(withBoxes(boxes, joinBoxes(edges)), height, width);
    return withBoxes(clipped, convertFormat(clipped.boxes, { source: 'xyxy', target: this.boxFormat, height, width }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}
