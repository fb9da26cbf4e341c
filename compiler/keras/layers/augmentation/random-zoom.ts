// Zooms images about their middle.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxes, clipToImageSize, convertFormat, joinBoxes, perBox, splitBoxes, withBoxes } from './bounding-boxes.ts';
import { drawFrom, type Factor, type Range, strictRange } from './factors.ts';
import { type Frame, frameOf } from './image-layer.ts';
import { matrixRows, WarpLayer, type WarpOptions } from './warp-layer.ts';

export interface RandomZoomOptions extends WarpOptions {
  /** As `heightFactor`, across; by default the zoom keeps the proportions. */
  readonly widthFactor?: Factor | null;
}

interface Zoom {
  readonly height: Tensor;
  readonly width: Tensor;
}

function zoomRange(factor: Factor, name: string): Range {
  return strictRange(factor, {
    name,
    expected: 'The `height_factor` and `width_factor` arguments should be a number (or a list of two numbers) in the range (-1.0, 1.0].',
    isAllowed: (value) => value > -1 && value <= 1,
  });
}

/**
 * By a share of the size out of a range: 0.2 shows up to 20 % more or less of the height; positive numbers zoom out.
 *
 * @example new layers.RandomZoom(0.2)(images)
 */
export class RandomZoom extends WarpLayer<Zoom> {
  static override readonly positional: readonly string[] = ['heightFactor'];

  readonly heightFactor: Factor;
  readonly widthFactor: Factor | null;

  constructor(heightFactor: Factor, options: RandomZoomOptions = {}) {
    super(options);
    zoomRange(heightFactor, 'height_factor');
    this.heightFactor = heightFactor;
    this.widthFactor = options.widthFactor ?? null;
    if (this.widthFactor !== null) zoomRange(this.widthFactor, 'width_factor');
  }

  override drawTransformation({ batch }: Frame, generator = this.generator): Zoom {
    const draw = (factor: Factor, name: string): Tensor => {
      const [low, high] = zoomRange(factor, name);
      return drawFrom([batch], [1 + low, 1 + high], generator);
    };
    const height = draw(this.heightFactor, 'height_factor');
    return { height, width: this.widthFactor === null ? height : draw(this.widthFactor, 'width_factor') };
  }

  protected override matrixOf(zoom: Zoom, images: Tensor): Tensor {
    const { batch, height, width } = frameOf(images);
    return matrixRows(batch, [zoom.width, 0, offsetOf(zoom.width, width), 0, zoom.height, offsetOf(zoom.height, height), 0, 0]);
  }

  override transformBoundingBoxes(boxes: BoundingBoxes, zoom: Zoom, { height, width }: Frame): BoundingBoxes {
    const format = this.boxFormat;
    const [x1, y1, x2, y2] = splitBoxes(convertFormat(boxes.boxes, { source: format, target: 'xyxy', height, width }));
    const [left, top] = [perBox(offsetOf(zoom.width, width)), perBox(offsetOf(zoom.height, height))];
    const [shownWidth, shownHeight] = [perBox(ops.multiply(zoom.width, width)), perBox(ops.multiply(zoom.height, height))];
    const place = (edge: Tensor, start: Tensor, size: Tensor): Tensor =>
      ops.subtract(ops.minimum(ops.maximum(edge, start), ops.add(start, size)), start);
    const shown = joinBoxes([
      place(x1, left, shownWidth),
      place(y1, top, shownHeight),
      place(x2, left, shownWidth),
      place(y2, top, shownHeight),
    ]);
    const relative = convertFormat(shown, { source: 'xyxy', target: 'rel_xyxy', height: shownHeight, width: shownWidth });
    const clipped = clipToImageSize(withBoxes(boxes, relative), height, width, 'rel_xyxy');
    return withBoxes(clipped, convertFormat(clipped.boxes, { source: 'rel_xyxy', target: format, height, width }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }
}

/** Keeps the middle where it is. */
const offsetOf = (zoom: Tensor, size: number): Tensor => ops.multiply((size - 1) / 2, ops.subtract(1, zoom));
