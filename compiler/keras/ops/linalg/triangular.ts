// Linear systems with triangular matrices, by substitution.

import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import { fromStack, keepTriangle, multiplyStacks, rowAt, rowsOf, stepNumbers, toStack } from './matrices.ts';
import { toSystem } from './system.ts';

interface Triangle {
  readonly lower: boolean;
  /** The diagonal counts as ones, whatever stands there. */
  readonly unitDiagonal?: boolean;
}

/**
 * X of A X = B, [b, n, n] and [b, n, k] -> [b, n, k], where only one triangle of A is read. Row i of X is
 * (b_i - sum over j != i of a_ij x_j) / a_ii, from the first row on for a lower triangle, from the last for an upper one.
 */
export function solveTriangles(a: Tensor, b: Tensor, { lower, unitDiagonal = false }: Triangle): Tensor {
  const size = rowsOf(a);
  const beside = keepTriangle(a, lower ? 'greater' : 'less');
  const zero = lax.scalar(0, 'int32');
  const { carry } = scan(
    (solved, step) => {
      const known = multiplyStacks(rowAt(beside, step as Tensor), solved as Tensor);
      const rest = lax.subtract(rowAt(b, step as Tensor), known);
      if (unitDiagonal) return [lax.dynamic_update_slice(solved as Tensor, rest, [zero, step as Tensor, zero])];
      const pivot = lax.dynamic_slice(a, [zero, step as Tensor, step as Tensor], [a.shape[0] as number, 1, 1]);
      const row = lax.divide(rest, lax.broadcastTo(pivot, rest.shape));
      return [lax.dynamic_update_slice(solved as Tensor, row, [zero, step as Tensor, zero])];
    },
    { carry: [fullAs(b, 0)], xs: [stepNumbers(size)], length: size, reverse: !lower },
  );
  return carry[0] as Tensor;
}

/** Solves a x = b, where only the upper (or lower) triangle of `a` counts. */
export const solveTriangular = defineOp(
  'solve_triangular',
  ['a', 'b'],
  (a: TensorLike, b: TensorLike, { lower = false }: { readonly lower?: boolean } = {}): Tensor => {
    const { matrix, right, finish } = toSystem(a, b);
    return finish(fromStack(solveTriangles(toStack(matrix), toStack(right), { lower }), right));
  },
);
