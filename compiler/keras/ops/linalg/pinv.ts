// Pseudoinverses and least squares.
import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, promoteAll, type TensorLike, toFloat } from '../convert.ts';
import { precisionOf } from './jacobi.ts';
import { columnsOf, fromStack, multiplyStacks, rowsOf, toMatrices, toStack, transposeMatrices } from './matrices.ts';
import { singularParts } from './svd.ts';

interface CutoffOption {
  /** Singular values up to this share of the largest one count as zero. */
  readonly rcond?: number | null;
}

/** V diag(1 / s) U^T over the singular values that exceed `cutoff` times the largest: [b, m, n] -> [b, n, m]. */
export function pseudoinverse(a: Tensor, cutoff: number): Tensor {
  const { left, values, right } = singularParts(a, false);
  const largest = lax.broadcast(lax.reduce('max', values, [1]), values.shape, [0]);
  const counts = lax.compare('greater', values, lax.multiply(largest, fullAs(largest, cutoff)));
  const one = fullAs(values, 1);
  const inverse = lax.select(counts, lax.divide(one, lax.select(counts, values, one)), fullAs(values, 0));
  return multiplyStacks(lax.multiply(right, lax.broadcast(inverse, right.shape, [0, 2])), transposeMatrices(left));
}

/** The Moore-Penrose pseudoinverses: (..., m, n) -> (..., n, m). */
export const pinv = defineOp('pinv', ['x'], (x: TensorLike, { rcond = null }: CutoffOption = {}): Tensor => {
  const given = toMatrices(x);
  const cutoff = rcond ?? 10 * Math.max(rowsOf(given), columnsOf(given)) * precisionOf(given);
  return fromStack(pseudoinverse(toStack(given), cutoff), given);
});

/** The x of least length that makes the length of a x - b least: (m, n) and (m) or (m, k) -> (n) or (n, k). */
export const lstsq = defineOp('lstsq', ['a', 'b'], (a: TensorLike, b: TensorLike, { rcond = null }: CutoffOption = {}): Tensor => {
  const [left, right] = promoteAll([toFloat(a), toFloat(b)]) as [Tensor, Tensor];
  if (left.rank !== 2) throw new ValueError(`Expected a to have rank 2. Received: a.shape=${formatShape(left.shape)}`, { code: 'rank' });
  if (right.rank !== 1 && right.rank !== 2)
    throw new ValueError(`Expected b to have rank 1 or 2. Received: b.shape=${formatShape(right.shape)}`, { code: 'rank' });
  if (left.shape[0] !== right.shape[0]) {
    throw new ValueError(
      `Leading dimensions of input arrays must match. Received: a.shape=${formatShape(left.shape)}, b.shape=${formatShape(right.shape)}`,
      { code: 'linear-system' },
    );
  }
  const stack = toStack(toMatrices(left));
  const precision = precisionOf(stack);
  const relative = rcond === null ? precision * Math.max(...left.shape) : rcond < 0 ? precision : rcond;
  const sides = lax.cast(lax.reshape(right, [1, right.shape[0] as number, right.rank === 1 ? 1 : (right.shape[1] as number)]), stack.dtype);
  const solution = multiplyStacks(pseudoinverse(stack, relative), sides);
  return lax.reshape(solution, [columnsOf(left), ...right.shape.slice(1)]);
});
