// Shifts images.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, changeEdges, perBox } from './bounding-boxes.ts';
import { drawFrom, type Factor, type Range, strictRange } from './factors.ts';
import { type Frame, frameOf } from './image-layer.ts';
import { matrixRows, WarpLayer, type WarpOptions } from './warp-layer.ts';

interface Shift {
  /** Pixels, for each image. */
  readonly down: Tensor;
  readonly right: Tensor;
}

function shiftRange(factor: Factor, name: string): Range {
  return strictRange(factor, {
    name,
    expected: 'The `factor` argument should be a number (or a list of two numbers) in the range [-1.0, 1.0].',
    isAllowed: (value) => value >= -1 && value <= 1,
  });
}

/**
 * By shares of height and width out of ranges; positive numbers shift down and right.
 *
 * @example new layers.RandomTranslation(0.1, 0.1)(images)
 */
export class RandomTranslation extends WarpLayer<Shift> {
  static override readonly positional: readonly string[] = ['heightFactor', 'widthFactor'];

  readonly heightFactor: Factor;
  readonly widthFactor: Factor;

  constructor(heightFactor: Factor, widthFactor: Factor, options: WarpOptions = {}) {
    super(options);
    shiftRange(heightFactor, 'height_factor');
    shiftRange(widthFactor, 'width_factor');
    this.heightFactor = heightFactor;
    this.widthFactor = widthFactor;
  }

  override drawTransformation({ batch, height, width }: Frame, generator = this.generator): Shift {
    const down = ops.multiply(drawFrom([batch], shiftRange(this.heightFactor, 'height_factor'), generator), height);
    const right = ops.multiply(drawFrom([batch], shiftRange(this.widthFactor, 'width_factor'), generator), width);
    return { down, right };
  }

  protected override matrixOf({ down, right }: Shift, images: Tensor): Tensor {
    return matrixRows(frameOf(images).batch, [1, 0, ops.negative(right), 0, 1, ops.negative(down), 0, 0]);
  }

  override transformBoundingBoxes(boxes: BoundingBoxes, { down, right }: Shift, { height, width }: Frame): BoundingBoxes {
    const [x, y] = [perBox(right), perBox(down)];
    return changeEdges(boxes, { format: this.boxFormat, height, width }, (edges) =>
      edges.map((edge, index) => ops.add(edge, index % 2 === 0 ? x : y)),
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }
}
