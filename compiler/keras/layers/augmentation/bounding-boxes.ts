// Bounding boxes: their formats, and how they follow their images.
import { formatShape, NotImplementedError, quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';

/** Boxes [batch, count, 4] and their labels [batch, count]; for one image without the batch. */
export interface BoundingBoxes {
  readonly boxes: Tensor;
  readonly labels: Tensor;
  readonly [name: string]: Tensor;
}

/** Edges left, top, right and bottom. */
export type Edges = readonly [Tensor, Tensor, Tensor, Tensor];

type Length = number | Tensor;

/** The four numbers of each box, each [..., 1]. */
export const splitBoxes = (boxes: Tensor): Edges => ops.split(boxes, 4, { axis: -1 }) as unknown as Edges;
export const joinBoxes = (parts: readonly Tensor[]): Tensor => ops.concatenate(parts, { axis: -1 });

/** Boxes and labels as tensors. Throws ValueError on anything else. */
export function toBoundingBoxes(value: unknown): BoundingBoxes {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<BoundingBoxes>;
  if (given.boxes === undefined || given.labels === undefined) {
    throw new ValueError(
      `Expected \`bounding_boxes\` agurment to be a dict with keys 'boxes' and 'labels'. Received: bounding_boxes=${quote(value)}`,
      { code: 'bounding-boxes' },
    );
  }
  const [boxes, labels] = [ops.cast(given.boxes, 'float32'), ops.convertToTensor(given.labels)];
  const fits = (boxes.rank === 2 || boxes.rank === 3) && (labels.rank === boxes.rank - 1 || labels.rank === boxes.rank);
  if (fits) return { ...(given as BoundingBoxes), boxes, labels };
  throw new ValueError(
    "Expected `bounding_boxes['boxes']` to have rank 2 or 3, with shape (num_boxes, 4) or (batch_size, num_boxes, 4), and " +
      `\`bounding_boxes['labels']\` one dimension less. Received: boxes.shape=${formatShape(boxes.shape)}, labels.shape=${formatShape(labels.shape)}`,
    { code: 'bounding-boxes' },
  );
}

const half = (x: Tensor): Tensor => ops.divide(x, 2);

/** From the numbers of a format to edges. */
const TO_EDGES: Readonly<Record<string, (numbers: Edges) => readonly Tensor[]>> = {
  xyxy: (numbers) => numbers,
  yxyx: ([y1, x1, y2, x2]) => [x1, y1, x2, y2],
  xywh: ([x, y, w, h]) => [x, y, ops.add(x, w), ops.add(y, h)],
  center_xywh: ([x, y, w, h]) => [ops.subtract(x, half(w)), ops.subtract(y, half(h)), ops.add(x, half(w)), ops.add(y, half(h))],
  center_yxhw: ([y, x, h, w]) => [ops.subtract(x, half(w)), ops.subtract(y, half(h)), ops.add(x, half(w)), ops.add(y, half(h))],
};

/** From edges to the numbers of a format. */
const FROM_EDGES: Readonly<Record<string, (edges: Edges) => readonly Tensor[]>> = {
  xyxy: (edges) => edges,
  yxyx: ([x1, y1, x2, y2]) => [y1, x1, y2, x2],
  xywh: ([x1, y1, x2, y2]) => [x1, y1, ops.subtract(x2, x1), ops.subtract(y2, y1)],
  center_xywh: ([x1, y1, x2, y2]) => [middle(x1, x2), middle(y1, y2), ops.subtract(x2, x1), ops.subtract(y2, y1)],
  center_yxhw: ([x1, y1, x2, y2]) => [middle(y1, y2), middle(x1, x2), ops.subtract(y2, y1), ops.subtract(x2, x1)],
};

const middle = (a: Tensor, b: Tensor): Tensor => ops.add(a, half(ops.subtract(b, a)));

const RELATIVE = ['xyxy', 'yxyx', 'xywh', 'center_xywh'];
const FORMATS = [...Object.keys(TO_EDGES), ...RELATIVE.map((format) => `rel_${format}`)];

export interface ConvertFormatOptions {
  readonly source: string;
  readonly target: string;
  /** Of the images; needed for formats relative to them. */
  readonly height?: Length | null;
  readonly width?: Length | null;
}

/** The numbers of boxes [..., 4] in another format. `rel_` formats are shares of the image's size. */
export function convertFormat(boxes: ops.TensorLike, { source, target, height = null, width = null }: ConvertFormatOptions): Tensor {
  const [from, to] = [source.toLowerCase(), target.toLowerCase()];
  const given = ops.cast(boxes, 'float32');
  if (given.shape[given.rank - 1] !== 4)
    throw new ValueError(`\`boxes\` must be a tensor with the last dimension of 4. Received: boxes.shape=${formatShape(given.shape)}`, {
      code: 'bounding-boxes',
    });
  if (!FORMATS.includes(from) || !FORMATS.includes(to)) {
    throw new ValueError(`Invalid source or target format. Supported formats: ${quote(FORMATS)}. Received: ${quote([source, target])}`, {
      code: 'bounding-box-format',
    });
  }
  const [isRelative, becomesRelative] = [from.startsWith('rel_'), to.startsWith('rel_')];
  if ((isRelative || becomesRelative) && (height === null || width === null)) {
    throw new ValueError(
      `convert_format() must receive \`height\` and \`width\` transforming between relative and absolute formats. Received source=${quote(source)}, target=${quote(target)}, height=${quote(height)} and width=${quote(width)}.`,
      { code: 'bounding-box-format' },
    );
  }
  if (from === to) return given;
  const [fromBase, toBase] = [from.replace('rel_', ''), to.replace('rel_', '')];
  const isScaled = isRelative !== becomesRelative;
  const absolute = isScaled && isRelative ? scaleNumbers(given, fromBase, ops.multiply, height as Length, width as Length) : given;
  const edges = (TO_EDGES[fromBase] as (typeof TO_EDGES)[string])(splitBoxes(absolute)) as Edges;
  const numbers = joinBoxes((FROM_EDGES[toBase] as (typeof FROM_EDGES)[string])(edges));
  return isScaled && becomesRelative ? scaleNumbers(numbers, toBase, ops.divide, height as Length, width as Length) : numbers;
}

/** Multiplies or divides what lies along each axis by the image's size. */
function scaleNumbers(boxes: Tensor, format: string, scale: (x: Tensor, by: Length) => Tensor, height: Length, width: Length): Tensor {
  const order = format.startsWith('y') || format === 'center_yxhw' ? [height, width, height, width] : [width, height, width, height];
  return joinBoxes(splitBoxes(boxes).map((part, index) => scale(part, order[index] as Length)));
}

/** Boxes as in `boxes`, with the numbers replaced. */
export const withBoxes = (boxes: BoundingBoxes, numbers: Tensor): BoundingBoxes => ({ ...boxes, boxes: numbers });

/** Boxes cut at the edges of their image; the labels of those that vanish become -1. */
export function clipToImageSize(boxes: BoundingBoxes, height: Length, width: Length, format: 'xyxy' | 'rel_xyxy' = 'xyxy'): BoundingBoxes {
  if (format !== 'xyxy' && format !== 'rel_xyxy')
    throw new NotImplementedError(`Boxes are clipped in the formats xyxy and rel_xyxy only. Received: ${quote(format)}`, {
      code: 'bounding-box-format',
    });
  const [right, bottom] = format === 'xyxy' ? [width, height] : [1, 1];
  const bound = (x: Tensor, limit: Length): Tensor => ops.minimum(ops.maximum(x, 0), limit);
  const [x1, y1, x2, y2] = splitBoxes(boxes.boxes);
  const edges: Edges = [bound(x1, right), bound(y1, bottom), bound(x2, right), bound(y2, bottom)];
  const area = ops.squeeze(ops.multiply(ops.subtract(edges[2], edges[0]), ops.subtract(edges[3], edges[1])), { axis: -1 });
  const labels = ops.where(ops.greater(area, 0), boxes.labels, ops.fullLike(boxes.labels, -1)) as Tensor;
  return { ...boxes, boxes: joinBoxes(edges), labels };
}

/** Boxes of an image with its channels last, converted, changed as edges, clipped, and converted back. */
export function changeEdges(
  boxes: BoundingBoxes,
  { format, height, width }: { readonly format: string; readonly height: number; readonly width: number },
  change: (edges: Edges) => readonly Tensor[],
): BoundingBoxes {
  const edges = splitBoxes(convertFormat(boxes.boxes, { source: format, target: 'xyxy', height, width }));
  const clipped = clipToImageSize(withBoxes(boxes, joinBoxes(change(edges))), height, width);
  return withBoxes(clipped, convertFormat(clipped.boxes, { source: 'xyxy', target: format, height, width }));
}

/** A number per image [batch] (or [batch, 1]) beside boxes: [batch, 1, 1]. */
export const perBox = (value: Tensor): Tensor => ops.reshape(value, [value.shape[0] as number, 1, 1]);
