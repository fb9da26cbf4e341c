// The two sides of a linear system: one dtype, equal batch axes, the right side a matrix.
import { formatShape, ValueError } from '../../../errors/index.ts';
import { broadcastShapes } from '../../../ir/shape.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { promoteAll, type TensorLike, toFloat } from '../convert.ts';
import { rowsOf, toMatrices, toSquare } from './matrices.ts';

export interface System {
  readonly matrix: Tensor;
  readonly right: Tensor;
  /** Brings a solution into the shape that the right side was given in. */
  readonly finish: (solution: Tensor) => Tensor;
}

/** a: (..., n, n); b: (..., n) if it has one axis less than `a`, else (..., n, k). */
export function toSystem(a: TensorLike, b: TensorLike): System {
  const [left, given] = promoteAll([toFloat(a), toFloat(b)]) as [Tensor, Tensor];
  const matrix = toSquare(left);
  const isVector = given.rank === matrix.rank - 1;
  const right = toMatrices(isVector ? lax.reshape(given, [...given.shape, 1]) : given);
  if (rowsOf(matrix) !== rowsOf(right)) {
    throw new ValueError(
      `Incompatible shapes between \`a\` and \`b\`: the last dimension of \`a\` must be the number of rows of \`b\`. Received: a.shape=${formatShape(left.shape)}, b.shape=${formatShape(given.shape)}`,
      { code: 'linear-system' },
    );
  }
  const batch = broadcastShapes(matrix.shape.slice(0, -2), right.shape.slice(0, -2));
  return {
    matrix: lax.broadcastTo(matrix, [...batch, ...matrix.shape.slice(-2)]),
    right: lax.broadcastTo(right, [...batch, ...right.shape.slice(-2)]),
    finish: (solution) => (isVector ? lax.reshape(solution, solution.shape.slice(0, -1)) : solution),
  };
}
