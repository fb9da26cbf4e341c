// How four numbers describe a box. Every format is brought to corners in pixels, and from there to any other.
import { formatShape, quote, ValueError } from '../../../errors/index.ts';
import type { DType } from '../../../ir/dtype.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';

type AbsoluteFormat = 'xyxy' | 'yxyx' | 'xywh' | 'center_xywh' | 'center_yxhw';

/** Corners, or a corner or the centre with width and height; in pixels, or (`rel_`) as shares of the image's size. */
export type BoundingBoxFormat = AbsoluteFormat | 'rel_xyxy' | 'rel_yxyx' | 'rel_xywh' | 'rel_center_xywh';

/** The four numbers, each with a last axis of size 1. */
export type Columns = readonly [Tensor, Tensor, Tensor, Tensor];

interface Conversion {
  readonly toCorners: (columns: Columns) => Columns;
  readonly fromCorners: (corners: Columns) => Columns;
}

const half = (x: Tensor): Tensor => ops.divide(x, 2);
const around = (x: Tensor, y: Tensor, width: Tensor, height: Tensor): Columns => [
  ops.subtract(x, half(width)),
  ops.subtract(y, half(height)),
  ops.add(x, half(width)),
  ops.add(y, half(height)),
];
const centre = (from: Tensor, to: Tensor): Tensor => ops.add(from, half(ops.subtract(to, from)));

const CONVERSIONS: Readonly<Record<AbsoluteFormat, Conversion>> = {
  xyxy: { toCorners: (columns) => columns, fromCorners: (corners) => corners },
  yxyx: { toCorners: ([y1, x1, y2, x2]) => [x1, y1, x2, y2], fromCorners: ([x1, y1, x2, y2]) => [y1, x1, y2, x2] },
  xywh: {
    toCorners: ([x, y, width, height]) => [x, y, ops.add(x, width), ops.add(y, height)],
    fromCorners: ([x1, y1, x2, y2]) => [x1, y1, ops.subtract(x2, x1), ops.subtract(y2, y1)],
  },
  center_xywh: {
    toCorners: ([x, y, width, height]) => around(x, y, width, height),
    fromCorners: ([x1, y1, x2, y2]) => [centre(x1, x2), centre(y1, y2), ops.subtract(x2, x1), ops.subtract(y2, y1)],
  },
  center_yxhw: {
    toCorners: ([y, x, height, width]) => around(x, y, width, height),
    fromCorners: ([x1, y1, x2, y2]) => [centre(y1, y2), centre(x1, x2), ops.subtract(y2, y1), ops.subtract(x2, x1)],
  },
};

const FORMATS: readonly string[] = [...Object.keys(CONVERSIONS), 'rel_xyxy', 'rel_yxyx', 'rel_xywh', 'rel_center_xywh'];

export interface ConvertFormatOptions {
  /** Of the image; needed between relative and absolute formats. */
  readonly height?: number | Tensor | null;
  readonly width?: number | Tensor | null;
  /** Default float32. */
  readonly dtype?: DType;
}

/** An object whose `boxes` are (..., 4). */
export interface BoxesWithMore {
  readonly boxes: ops.TensorLike;
}

/**
 * Boxes, (..., 4), in another format; of an object only the `boxes` change.
 *
 * @example utils.boundingBoxes.convertFormat(boxes, 'xywh', 'rel_xyxy', { height: 480, width: 640 })
 */
export function convertFormat(
  boxes: ops.TensorLike,
  source: BoundingBoxFormat,
  target: BoundingBoxFormat,
  options?: ConvertFormatOptions,
): Tensor;
export function convertFormat<B extends BoxesWithMore>(
  boxes: B,
  source: BoundingBoxFormat,
  target: BoundingBoxFormat,
  options?: ConvertFormatOptions,
): B & { readonly boxes: Tensor };
export function convertFormat(
  boxes: ops.TensorLike | BoxesWithMore,
  source: BoundingBoxFormat,
  target: BoundingBoxFormat,
  options: ConvertFormatOptions = {},
): Tensor | BoxesWithMore {
  if (!hasBoxes(boxes)) return convertBoxes(boxes, source, target, options);
  return { ...boxes, boxes: convertBoxes(boxes.boxes, source, target, options) };
}

const hasBoxes = (value: ops.TensorLike | BoxesWithMore): value is BoxesWithMore =>
  typeof value === 'object' && value !== null && 'boxes' in value;

function convertBoxes(boxes: ops.TensorLike, source: string, target: string, options: ConvertFormatOptions): Tensor {
  const { height = null, width = null, dtype = 'float32' } = options;
  const tensor = ops.cast(boxes, dtype);
  const [from, to] = [source.toLowerCase(), target.toLowerCase()];
  checkFormats(tensor, from, to, height, width);
  if (from === to) return tensor;
  const corners = conversionOf(from).toCorners(columnsOf(tensor));
  return joinColumns(conversionOf(to).fromCorners(rescale(corners, isRelative(from), isRelative(to), [width, height], dtype)));
}

const isRelative = (format: string): boolean => format.startsWith('rel_');
const conversionOf = (format: string): Conversion => CONVERSIONS[format.replace('rel_', '') as AbsoluteFormat];

/** Shares of the image become pixels, or the other way. */
function rescale(
  corners: Columns,
  fromRelative: boolean,
  toRelative: boolean,
  sizes: readonly (number | Tensor | null)[],
  dtype: DType,
): Columns {
  if (fromRelative === toRelative) return corners;
  const change = fromRelative ? ops.multiply : ops.divide;
  return corners.map((corner, index) => change(corner, ops.cast(sizes[index % 2] as ops.TensorLike, dtype))) as unknown as Columns;
}

function checkFormats(boxes: Tensor, source: string, target: string, height: unknown, width: unknown): void {
  if (boxes.shape.at(-1) !== 4) {
    refuse(`\`boxes\` must be a tensor with the last dimension of 4. Received: boxes.shape=${formatShape(boxes.shape)}`);
  }
  if (!FORMATS.includes(source) || !FORMATS.includes(target)) {
    refuse(
      `Invalid source or target format. Supported formats: ${FORMATS.map(quote).join(', ')}. Received: ${quote(source)}, ${quote(target)}`,
    );
  }
  if ((isRelative(source) || isRelative(target)) && (width === null || height === null)) {
    refuse(
      'convert_format() must receive `height` and `width` when transforming between relative and absolute formats. ' +
        `convert_format() received source=\`${source}\`, target=\`${target}\`, but height=${String(height)} and width=${String(width)}.`,
    );
  }
}

/** The four numbers of boxes (..., 4). */
export const columnsOf = (boxes: Tensor): Columns => ops.split(boxes, 4, { axis: -1 }) as unknown as Columns;

/** The way back. */
export const joinColumns = (columns: Columns): Tensor => ops.concatenate([...columns], { axis: -1 });

function refuse(message: string): never {
  throw new ValueError(message, { code: 'bounding-boxes' });
}
