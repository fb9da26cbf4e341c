// Perspective transforms of images, given as where four points go.

import { formatShape, ValueError } from '../../../errors/index.ts';
import { sameShape } from '../../../ir/shape.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { solveStacks } from '../linalg/lu.ts';
import { onImages, projectImages, requireSampling } from './projective.ts';
import type { Sampling } from './sample.ts';

export interface PerspectiveTransformOptions {
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
  /** What stands beyond the edges. Default 0. */
  readonly fillValue?: number;
  readonly dataFormat?: DataFormat | null;
}

function toPoints(value: TensorLike, name: string): Tensor {
  const points = toTensor(value, 'float32');
  if ((points.rank === 2 || points.rank === 3) && sameShape(points.shape.slice(-2), [4, 2]))
    return lax.reshape(points, [points.size / 8, 4, 2]);
  throw new ValueError(
    `Invalid ${name} shape: expected (4,2) for a single image or (N,4,2) for a batch. Received shape: ${formatShape(points.shape)}`,
    { code: 'points' },
  );
}

/**
 * The eight numbers of the map that takes the end points to the start points, [n, 4, 2] -> [n, 8]: for each pair of points
 * (x', y') -> (x, y), a0 x' + a1 y' + a2 - c0 x x' - c1 x y' = x, and the same with b and y.
 */
export function homographies(start: Tensor, end: Tensor): Tensor {
  const count = start.shape[0] as number;
  const coordinate = (points: Tensor, axis: number): Tensor => sliceAxis(points, 2, axis, axis + 1);
  const [fromX, fromY] = [coordinate(end, 0), coordinate(end, 1)];
  const [one, zero] = [fullAs(fromX, 1), fullAs(fromX, 0)];
  const equations = (target: Tensor, own: readonly Tensor[], other: readonly Tensor[], isFirst: boolean): Tensor =>
    lax.concatenate(
      [
        ...(isFirst ? [...own, ...other] : [...other, ...own]),
        lax.negative(lax.multiply(target, fromX)),
        lax.negative(lax.multiply(target, fromY)),
      ],
      2,
    );
  const [toX, toY] = [coordinate(start, 0), coordinate(start, 1)];
  const place = [fromX, fromY, one];
  const none = [zero, zero, zero];
  const matrix = lax.concatenate([equations(toX, place, none, true), equations(toY, place, none, false)], 1);
  const solution = solveStacks(matrix, lax.concatenate([toX, toY], 1));
  return lax.reshape(solution, [count, 8]);
}

/**
 * Images moved so that the start points come to stand at the end points; what comes from outside is `fillValue`.
 *
 * @param startPoints four (x, y), or four for each image
 */
export const perspectiveTransform = defineOp(
  'image.perspective_transform',
  ['images', 'start_points', 'end_points'],
  (images: TensorLike, startPoints: TensorLike, endPoints: TensorLike, options: PerspectiveTransformOptions = {}): Tensor => {
    const { interpolation = 'bilinear', fillValue = 0, dataFormat } = options;
    requireSampling(interpolation);
    const [start, end] = [toPoints(startPoints, 'start_points'), toPoints(endPoints, 'end_points')];
    if (!sameShape(start.shape, end.shape)) {
      throw new ValueError(
        `start_points and end_points must have the same shape. Received start_points.shape=${formatShape(start.shape)}, end_points.shape=${formatShape(end.shape)}`,
        { code: 'points' },
      );
    }
    const transforms = homographies(start, end);
    return onImages(toTensor(images), dataFormat, (batch) =>
      projectImages(batch, transforms, { interpolation, fillMode: 'constant', fillValue }),
    );
  },
);
