// Eigenvalues and eigenvectors of symmetric matrices.
import { scan, whileLoop } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import { diagonalizing, halves, MOST_SWEEPS, makeEven, nextRound, precisionOf, rotateHalves } from './jacobi.ts';
import {
  columnsOf, diagonalOf, fromStack, identityStack, keepTriangle, leading, reorderRows, rowsOf, stepNumbers, toSquare, toStack,
  transposeMatrices,
} from './matrices.ts'; // biome-ignore format: one list

export interface EigenPairs {
  /** Ascending: [b, n]. */
  readonly values: Tensor;
  /** In columns: [b, n, n]. */
  readonly vectors: Tensor;
}

/** J^T A J for the rotations that clear a_ij of each pair, and V J. */
function round(a: Tensor, vectors: Tensor): [Tensor, Tensor] {
  const [top, bottom] = halves(a, 1);
  const [own, shared] = halves(top, 2);
  const rotation = diagonalizing(diagonalOf(own), diagonalOf(halves(bottom, 2)[1]), diagonalOf(shared));
  const turned = rotateHalves(rotateHalves(a, 2, rotation), 1, rotation);
  const half = rowsOf(own);
  const [row, column] = [lax.iota('int32', a.shape, 1), lax.iota('int32', a.shape, 2)];
  // What the rotation clears is zero but for rounding.
  const isCleared = lax.compare('equal', lax.abs(lax.subtract(row, column)), lax.full(a.shape, half, 'int32'));
  const cleared = lax.select(isCleared, fullAs(turned, 0), turned);
  return [nextRound(nextRound(cleared, 2), 1), nextRound(rotateHalves(vectors, 2, rotation), 2)];
}

function squaredOffDiagonal(a: Tensor): Tensor {
  const beside = lax.subtract(a, keepTriangle(a, 'equal'));
  return lax.reduce('sum', lax.multiply(beside, beside), [1, 2]);
}

/** Sweeps until no matrix has anything beside its diagonal. */
function diagonalize(a: Tensor): [Tensor, Tensor] {
  const size = rowsOf(a);
  const rounds = Math.max(1, size - 1);
  const bound = lax.multiply(lax.reduce('sum', lax.multiply(a, a), [1, 2]), lax.full([a.shape[0] as number], precisionOf(a) ** 2, a.dtype));
  const [diagonal, vectors] = whileLoop(
    (matrix, _vectors, sweep) => {
      const isUnfinished = lax.reduce('or', lax.compare('greater', squaredOffDiagonal(matrix as Tensor), bound), [0]);
      return lax.and(isUnfinished, lax.compare('less', sweep as Tensor, lax.scalar(MOST_SWEEPS, 'int32')));
    },
    (matrix, columns, sweep) => [
      ...scan((m, v, _step) => round(m as Tensor, v as Tensor), {
        carry: [matrix as Tensor, columns as Tensor],
        xs: [stepNumbers(rounds)],
        length: rounds,
      }).carry,
      lax.add(sweep as Tensor, lax.scalar(1, 'int32')),
    ],
    [a, identityStack(a.shape[0] as number, size, a.dtype), lax.scalar(0, 'int32')],
  ) as [Tensor, Tensor];
  return [diagonal, vectors];
}

/** Of a stack of symmetric matrices, of which only the lower triangle is read. */
export function eigenPairs(given: Tensor): EigenPairs {
  const size = columnsOf(given);
  const symmetric = lax.add(keepTriangle(given, 'greater_equal'), transposeMatrices(keepTriangle(given, 'greater')));
  const [diagonal, columns] = diagonalize(makeEven(makeEven(symmetric, 1), 2));
  const [values, order] = lax.sort(
    [diagonalOf(leading(diagonal, size, size)), lax.iota('int32', [given.shape[0] as number, size], 1)],
    1,
  ) as [Tensor, Tensor];
  const vectors = transposeMatrices(reorderRows(transposeMatrices(leading(columns, size, size)), order));
  return { values, vectors };
}

/** Eigenvalues in ascending order and eigenvectors (in columns) of symmetric matrices, of which the lower triangle is read. */
export const eigh = defineOp('eigh', ['x'], (x: TensorLike): Tensor[] => {
  const given = toSquare(x);
  const { values, vectors } = eigenPairs(toStack(given));
  return [lax.reshape(values, given.shape.slice(0, -1)), fromStack(vectors, given)];
});
