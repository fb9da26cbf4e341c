// Boxes in an image that was rotated, moved, scaled and sheared.
import { NotImplementedError, quote } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';

export interface AffineTransformOptions {
  /** The centre of rotation as a share of the width and of the height. Default 0.5. */
  readonly centerX?: number | null;
  readonly centerY?: number | null;
  readonly boundingBoxFormat?: string;
}

/**
 * The boxes around what the boxes held: (batch, boxes, 4) as corners in pixels. The angle, translations (shares of the image's size),
 * scale and shears (degrees) are one number per sample, (batch,).
 */
export function affineTransform(
  boxes: ops.TensorLike,
  angle: ops.TensorLike,
  translateX: ops.TensorLike,
  translateY: ops.TensorLike,
  scale: ops.TensorLike,
  shearX: ops.TensorLike,
  shearY: ops.TensorLike,
  height: number,
  width: number,
  { centerX, centerY, boundingBoxFormat = 'xyxy' }: AffineTransformOptions = {},
): Tensor {
  if (boundingBoxFormat !== 'xyxy') {
    throw new NotImplementedError(`Bounding boxes of this format are not supported here. Received: ${quote(boundingBoxFormat)}`, {
      code: 'bounding-boxes',
      cure: 'Convert them with convertFormat to xyxy first.',
    });
  }
  const motion = { angle, translateX, translateY, scale, shearX, shearY };
  const matrix = inverseMatrix(motion, [centerX ?? 0.5, centerY ?? 0.5], [height, width]);
  const points = cornersOf(ops.cast(boxes, matrix.dtype));
  const moved = ops.einsum('bnpx,byx->bnpy', points, matrix);
  return ops.concatenate([ops.min(moved, { axis: 2 }), ops.max(moved, { axis: 2 })], { axis: -1 });
}

/** All four corners of each box with a 1 for the translation: (batch, boxes, 4, 3). */
function cornersOf(boxes: Tensor): Tensor {
  const [batch, count] = boxes.shape as readonly [number, number];
  const [x1, y1, x2, y2] = ops.split(boxes, 4, { axis: -1 }) as [Tensor, Tensor, Tensor, Tensor];
  const points = ops.reshape(ops.concatenate([x1, y1, x2, y1, x2, y2, x1, y2], { axis: -1 }), [batch, count, 4, 2]);
  return ops.concatenate([points, ops.ones([batch, count, 4, 1], { dtype: boxes.dtype })], { axis: -1 });
}

type Motion = Readonly<Record<'angle' | 'translateX' | 'translateY' | 'scale' | 'shearX' | 'shearY', ops.TensorLike>>;

const radians = (degrees: ops.TensorLike): Tensor => ops.multiply(degrees, Math.PI / 180);
const { add, subtract, multiply, divide } = ops;

/** The two rows of the matrix that takes points back to where the motion took them from: (batch, 2, 3). */
function inverseMatrix(motion: Motion, [shareX, shareY]: readonly [number, number], [height, width]: readonly [number, number]): Tensor {
  const rotation = radians(ops.negative(ops.convertToTensor(motion.angle)));
  const [tiltX, tiltY] = [radians(ops.negative(motion.shearX)), radians(ops.negative(motion.shearY))];
  const [centerX, centerY] = [shareX * (width - 1), shareY * (height - 1)];
  const movedX = add(centerX, multiply(ops.negative(motion.translateX), width - 1));
  const movedY = add(centerY, multiply(ops.negative(motion.translateY), height - 1));
  const turned = subtract(rotation, tiltY);
  const a = divide(ops.cos(turned), ops.cos(tiltY));
  const b = add(multiply(a, ops.tan(tiltX)), ops.sin(rotation));
  const c = divide(ops.negative(ops.sin(turned)), ops.cos(tiltY));
  const d = subtract(ops.cos(rotation), multiply(c, ops.tan(tiltX)));
  const row = (along: Tensor, across: Tensor, center: number): Tensor[] => [
    along,
    across,
    subtract(subtract(center, multiply(along, movedX)), multiply(across, movedY)),
  ];
  const first = row(multiply(d, motion.scale), multiply(ops.negative(b), motion.scale), centerX);
  const second = row(multiply(ops.negative(c), motion.scale), multiply(a, motion.scale), centerY);
  return ops.stack([ops.stack(first, { axis: -1 }), ops.stack(second, { axis: -1 })], { axis: 1 });
}
