// Slants images.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, perBox, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { drawFrom, type Factor, type Range, strictRange } from './factors.ts';
import { type Frame, frameOf } from './image-layer.ts';
import { matrixRows, WarpLayer, type WarpOptions } from './warp-layer.ts';

export interface RandomShearOptions extends WarpOptions {
  /** How far rows move per row, in 0..1. Default 0. */
  readonly xFactor?: Factor;
  /** How far columns move per column, in 0..1. Default 0. */
  readonly yFactor?: Factor;
}

interface Shear {
  readonly x: Tensor;
  readonly y: Tensor;
}

function shearRange(factor: Factor, name: string): Range {
  // A number becomes [-f, f], which stands in configs.
  const isOwn = Array.isArray(factor) && factor[0] === -(factor[1] as number);
  return strictRange(isOwn ? (factor[1] as number) : factor, {
    name,
    expected: 'The `factor` argument should be a number (or a list of two numbers) in the range [0, 1.0].',
    isAllowed: (value) => value >= 0 && value <= 1,
  });
}

/** By slopes out of ranges, to either side. @example new layers.RandomShear({ xFactor: 0.2 })(images) */
export class RandomShear extends WarpLayer<Shear> {
  readonly xFactor: Range;
  readonly yFactor: Range;

  constructor(options: RandomShearOptions = {}) {
    super(options);
    this.xFactor = shearRange(options.xFactor ?? 0, 'x_factor');
    this.yFactor = shearRange(options.yFactor ?? 0, 'y_factor');
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Shear {
    const isInverted = ops.greater(drawFrom([batch], [0, 1], generator), 0.5);
    const direct = (slope: Tensor): Tensor => ops.where(isInverted, ops.negative(slope), slope) as Tensor;
    const y = direct(drawFrom([batch], this.yFactor, generator));
    return { y, x: direct(drawFrom([batch], this.xFactor, generator)) };
  }

  protected override matrixOf({ x, y }: Shear, images: Tensor): Tensor {
    return matrixRows(frameOf(images).batch, [1, x, 0, y, 1, 0, 0, 0]);
  }

  /** As in Keras, in shares of the image's size, and the columns move after the rows. */
  override transformBoundingBoxes(boxes: BoundingBoxes, shear: Shear, { height, width }: Frame): BoundingBoxes {
    const format = this.boxFormat;
    const [left, top, right, bottom] = splitBoxes(convertFormat(boxes.boxes, { source: format, target: 'rel_xyxy', height, width }));
    const [x, y] = [perBox(shear.x), perBox(shear.y)];
    const move = (edge: Tensor, slope: Tensor, along: Tensor): Tensor => ops.subtract(edge, ops.multiply(slope, along));
    const where = (test: Tensor, a: Tensor, b: Tensor): Tensor => ops.where(test, a, b) as Tensor;
    const toLeft = ops.less(x, 0);
    const x1 = where(toLeft, move(left, x, top), move(left, x, bottom));
    const x2 = where(toLeft, move(right, x, bottom), move(right, x, top));
    const isDown = ops.greater(y, 0);
    const y1 = where(isDown, move(top, y, x2), move(top, y, x1));
    const y2 = where(isDown, move(bottom, y, x1), move(bottom, y, x2));
    const clipped = clipToImageSize(withBoxes(boxes, joinBoxes([x1, y1, x2, y2])), height, width, 'rel_xyxy');
    return withBoxes(clipped, convertFormat(clipped.boxes, { source: 'rel_xyxy', target: format, height, width }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), xFactor: this.xFactor, yFactor: this.yFactor };
  }
}
