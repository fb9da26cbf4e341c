// Pseudoinverses and least squares.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, promoteAll, type TensorLike, toFloat } from '../convert.ts';
import { precisionOf } from './jacobi.ts';
import { columnsOf, fromStack, identityStack, multiplyStacks, rowsOf, toMatrices, toStack, transposeMatrices } from './matrices.ts';
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
  const result = multiplyStacks(lax.multiply(right, lax.broadcast(inverse, right.shape, [0, 2])), transposeMatrices(left));
  return attachGradient([a], [result], ([x], [upstream]) => [inverseGradient(x as Tensor, result, upstream as Tensor)])[0] as Tensor;
}

/**
 * With P the pseudoinverse of A and G its cotangent: -P^T G P^T + (I - A P) G^T P P^T + P^T P G^T (I - P A)
 * (Golub and Pereyra, 1973), where the rank does not change.
 */
function inverseGradient(a: Tensor, p: Tensor, g: Tensor): Tensor {
  const [pt, gt] = [transposeMatrices(p), transposeMatrices(g)];
  const product = (...factors: readonly Tensor[]): Tensor => factors.reduce(multiplyStacks);
  const rest = (x: Tensor): Tensor => lax.subtract(identityStack(x.shape[0] as number, rowsOf(x), x.dtype), x);
  const outside = product(rest(product(a, p)), gt, p, pt);
  const inside = product(pt, p, gt, rest(product(p, a)));
  return lax.subtract(lax.add(outside, inside), product(pt, g, pt));
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
