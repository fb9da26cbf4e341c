// What happens to boxes when an image is cropped, padded, clipped or moved.
import { NotImplementedError, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { type Columns, columnsOf, joinColumns } from './formats.ts';

interface FormatOption {
  /** Default xyxy. */
  readonly boundingBoxFormat?: string;
}

function requireFormat(format: string, allowed: readonly string[]): void {
  if (allowed.includes(format)) return;
  throw new NotImplementedError(`Bounding boxes of this format are not supported here. Received: ${quote(format)}`, {
    code: 'bounding-boxes',
    cure: `Convert them with convertFormat to ${allowed.join(' or ')} first.`,
  });
}

/** Horizontal and vertical coordinates changed apart. */
const change = ([x1, y1, x2, y2]: Columns, changeX: (x: Tensor) => Tensor, changeY: (y: Tensor) => Tensor): Tensor =>
  joinColumns([changeX(x1), changeY(y1), changeX(x2), changeY(y2)]);

const within =
  (size: ops.TensorLike) =>
  (x: Tensor): Tensor =>
    ops.minimum(ops.maximum(x, 0), size) as Tensor;

export interface LabelledBoxes {
  /** (..., boxes, 4) */
  readonly boxes: ops.TensorLike;
  /** (..., boxes) */
  readonly labels?: ops.TensorLike;
  readonly [key: string]: unknown;
}

export interface ClipOptions extends FormatOption {
  /** Of the image; needed for boxes in pixels. */
  readonly height?: number | Tensor | null;
  readonly width?: number | Tensor | null;
}

/** The parts of boxes that lie in the image; a box of which nothing does gets the label -1. */
export function clipToImageSize<B extends LabelledBoxes>(
  boundingBoxes: B,
  { height = null, width = null, boundingBoxFormat = 'xyxy' }: ClipOptions = {},
): B & { readonly boxes: Tensor } {
  requireFormat(boundingBoxFormat, ['xyxy', 'rel_xyxy']);
  const isRelative = boundingBoxFormat === 'rel_xyxy';
  if (!isRelative && (height === null || width === null)) {
    throw new ValueError("`height` and `width` must be set if `format='xyxy'`.", { code: 'bounding-boxes' });
  }
  const given = ops.convertToTensor(boundingBoxes.boxes);
  const [largestX, largestY] = (isRelative ? [1, 1] : [width, height]).map((size) => ops.cast(size as ops.TensorLike, given.dtype));
  const boxes = change(columnsOf(given), within(largestX as Tensor), within(largestY as Tensor));
  const { labels } = boundingBoxes;
  if (labels === undefined) return { ...boundingBoxes, boxes };
  const [x1, y1, x2, y2] = columnsOf(boxes);
  const area = ops.squeeze(ops.multiply(ops.subtract(x2, x1), ops.subtract(y2, y1)), { axis: -1 });
  return { ...boundingBoxes, boxes, labels: ops.where(ops.greater(area, 0), labels, -1) };
}

/** Boxes in an image that was cropped to `height` x `width` at (`left`, `top`). */
export function crop(
  boxes: ops.TensorLike,
  top: number,
  left: number,
  height: number,
  width: number,
  { boundingBoxFormat = 'xyxy' }: FormatOption = {},
): Tensor {
  requireFormat(boundingBoxFormat, ['xyxy']);
  const [inX, inY] = [within(width), within(height)];
  return change(
    columnsOf(ops.convertToTensor(boxes)),
    (x) => inX(ops.subtract(x, left)),
    (y) => inY(ops.subtract(y, top)),
  );
}

export interface PadOptions extends FormatOption {
  /** Of the padded image; makes no difference to boxes in pixels. */
  readonly height?: number | null;
  readonly width?: number | null;
}

/** Boxes in an image that got `left` columns and `top` rows before its own. */
export function pad(boxes: ops.TensorLike, top: number, left: number, { boundingBoxFormat = 'xyxy' }: PadOptions = {}): Tensor {
  requireFormat(boundingBoxFormat, ['xyxy']);
  return change(
    columnsOf(ops.convertToTensor(boxes)),
    (x) => ops.add(x, left),
    (y) => ops.add(y, top),
  );
}
