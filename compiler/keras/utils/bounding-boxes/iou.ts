// How far boxes overlap: intersection over union, plain and complete.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon } from '../../engine/backend-config.ts';
import * as ops from '../../ops/index.ts';
import { type BoundingBoxFormat, type Columns, columnsOf, convertFormat } from './formats.ts';

export interface IouOptions {
  /** (height, width, channels) of the image, for relative formats. */
  readonly imageShape?: readonly number[] | null;
}

export interface ComputeIouOptions extends IouOptions {
  /** Whether boxes of negative numbers, which only fill up, get `maskVal`. Default false. */
  readonly useMasking?: boolean;
  /** Default -1. */
  readonly maskVal?: number;
}

function cornersOf(boxes: ops.TensorLike, format: BoundingBoxFormat, imageShape: readonly number[] | null): Tensor {
  if (format.startsWith('rel') && imageShape === null) {
    refuse('When using relative bounding box formats (e.g. `rel_yxyx`) the `image_shape` argument must be provided. Received: None');
  }
  const size = { height: imageShape?.[0] ?? null, width: imageShape?.[1] ?? null };
  return convertFormat(ops.convertToTensor(boxes), format, 'xyxy', size);
}

const { add, divide, maximum, minimum, multiply, square, subtract } = ops;
const areaOf = ([x1, y1, x2, y2]: Columns): Tensor => multiply(subtract(x2, x1), subtract(y2, y1));

/** The area that two boxes share. */
function intersectionOf([x1, y1, x2, y2]: Columns, [u1, v1, u2, v2]: Columns): Tensor {
  const width = maximum(subtract(minimum(x2, u2), maximum(x1, u1)), 0);
  return multiply(width, maximum(subtract(minimum(y2, v2), maximum(y1, v1)), 0));
}

/** Every box of the first list with every one of the second: (..., n, 4) and (..., m, 4) -> (..., n, m). */
export function computeIou(
  boxes1: ops.TensorLike,
  boxes2: ops.TensorLike,
  boundingBoxFormat: BoundingBoxFormat,
  { useMasking = false, maskVal = -1, imageShape = null }: ComputeIouOptions = {},
): Tensor {
  const [first, second] = [boxes1, boxes2].map((boxes) => cornersOf(boxes, boundingBoxFormat, imageShape)) as [Tensor, Tensor];
  const ranks = [first.rank, second.rank];
  if (ranks.some((rank) => rank !== 2 && rank !== 3)) {
    refuse(`compute_iou() expects boxes to be batched (rank 3) or unbatched (rank 2). Received boxes of ranks ${quote(ranks)}`);
  }
  const rows = columnsOf(first);
  const columns = columnsOf(second).map((column) => ops.swapaxes(column, -1, -2)) as unknown as Columns;
  const shared = intersectionOf(rows, columns);
  const union = subtract(add(areaOf(rows), areaOf(columns)), shared);
  const overlap = divide(shared, add(union, epsilon()));
  if (!useMasking) return overlap;
  const isFiller = (boxes: Tensor): Tensor => ops.less(ops.max(boxes, { axis: -1, keepdims: true }), 0);
  return ops.where(ops.logicalOr(isFiller(first), ops.swapaxes(isFiller(second), -1, -2)), maskVal, overlap) as Tensor;
}

/** Overlap less the distance of the centres and the difference of the ratios of sides, box by box. See https://arxiv.org/abs/1911.08287. */
export function computeCiou(
  boxes1: ops.TensorLike,
  boxes2: ops.TensorLike,
  boundingBoxFormat: BoundingBoxFormat,
  { imageShape = null }: IouOptions = {},
): Tensor {
  const small = epsilon();
  const corners = [boxes1, boxes2].map((boxes) => columnsOf(cornersOf(boxes, boundingBoxFormat, imageShape)));
  const [[x1, y1, x2, y2], [u1, v1, u2, v2]] = corners as [Columns, Columns];
  const [width1, height1] = [subtract(x2, x1), add(subtract(y2, y1), small)];
  const [width2, height2] = [subtract(u2, u1), add(subtract(v2, v1), small)];
  const shared = intersectionOf([x1, y1, x2, y2], [u1, v1, u2, v2]);
  const union = add(subtract(add(multiply(width1, height1), multiply(width2, height2)), shared), small);
  const overlap = divide(shared, add(union, small));
  const hull = add(add(square(subtract(maximum(x2, u2), minimum(x1, u1))), square(subtract(maximum(y2, v2), minimum(y1, v1)))), small);
  const shift = (a1: Tensor, a2: Tensor, b1: Tensor, b2: Tensor): Tensor => square(divide(subtract(add(a1, a2), add(b1, b2)), 2));
  const distance = add(shift(x1, x2, u1, u2), shift(y1, y2, v1, v2));
  const angle = subtract(ops.arctan(divide(width2, height2)), ops.arctan(divide(width1, height1)));
  const ratio = multiply(square(angle), 4 / Math.PI ** 2);
  const weight = divide(ratio, add(subtract(ratio, overlap), 1 + small));
  return ops.squeeze(subtract(overlap, add(divide(distance, hull), multiply(ratio, weight))), { axis: -1 });
}

function refuse(message: string): never {
  throw new ValueError(message, { code: 'bounding-boxes' });
}
