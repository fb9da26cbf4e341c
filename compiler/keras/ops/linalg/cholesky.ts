// The Cholesky factor of positive definite matrices, column by column.

import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import {
  columnAt, diagonalOf, fromStack, identityStack, multiplyStacks, multiplyTransposed, rowAt, rowsOf, stepNumbers, toSquare, toStack,
  transposeMatrices,
} from './matrices.ts'; // biome-ignore format: one list
import { solveTriangles } from './triangular.ts';

/**
 * L of A = L L^T, of which only the lower triangle is read. Step k takes column k of what is left as a column of L,
 * l = a_k / sqrt(a_kk), and takes l l^T away. NaN where a matrix is not positive definite.
 */
export function lowerFactor(given: Tensor): Tensor {
  const a = sharedGradient(given);
  const [batch, size] = a.shape as readonly [number, number];
  const { ys } = scan(
    (rest, k) => {
      const column = columnAt(rest as Tensor, k as Tensor);
      const pivot = lax.sqrt(rowAt(column, k as Tensor));
      const isBelow = lax.compare('greater_equal', lax.iota('int32', column.shape, 1), lax.broadcastTo(k as Tensor, column.shape));
      const factor = lax.select(isBelow, lax.divide(column, lax.broadcastTo(pivot, column.shape)), fullAs(column, 0));
      return [lax.subtract(rest as Tensor, multiplyStacks(factor, transposeMatrices(factor))), lax.reshape(factor, [batch, size])];
    },
    { carry: [a], xs: [stepNumbers(size)], length: size },
  );
  // The columns come as [column, batch, row].
  return lax.transpose(ys[0] as Tensor, [1, 2, 0]);
}

/** The matrices, whose gradients are symmetric although one triangle alone is read: both triangles share, as on TensorFlow. */
function sharedGradient(a: Tensor): Tensor {
  return attachGradient([a], [a], (_, [upstream]) => {
    const own = upstream as Tensor;
    return [lax.multiply(lax.add(own, transposeMatrices(own)), fullAs(own, 0.5))];
  })[0] as Tensor;
}

interface UpperOption {
  /** The upper factor U = L^T instead of the lower one. */
  readonly upper?: boolean;
}

/** L of x = L L^T for positive definite matrices (..., n, n). The result holds NaN where a matrix is not positive definite. */
export const cholesky = defineOp('cholesky', ['x'], (x: TensorLike, { upper = false }: UpperOption = {}): Tensor => {
  const given = toSquare(x);
  const factor = fromStack(lowerFactor(toStack(given)), given);
  return upper ? transposeMatrices(factor) : factor;
});

/** The inverse of L L^T (or U^T U if `upper`), given the factor. */
export const choleskyInverse = defineOp('cholesky_inverse', ['x'], (x: TensorLike, { upper = false }: UpperOption = {}): Tensor => {
  const given = toSquare(x);
  const stack = toStack(given);
  const identity = identityStack(stack.shape[0] as number, rowsOf(stack), stack.dtype);
  const inverse = solveTriangles(stack, identity, { lower: !upper });
  const product = upper ? multiplyStacks(inverse, transposeMatrices(inverse)) : multiplyTransposed(inverse, inverse);
  return fromStack(product, given);
});

/** The logarithm of the determinant of positive definite matrices (NaN for others): twice the sum over the diagonal of log L. */
export const logdet = defineOp('logdet', ['x'], (x: TensorLike): Tensor => {
  const given = toSquare(x);
  const total = lax.reduce('sum', lax.log(diagonalOf(lowerFactor(toStack(given)))), [1]);
  return lax.reshape(lax.add(total, total), given.shape.slice(0, -2));
});
