// Singular values and vectors, by Jacobi's method on the columns (Hestenes), and what rests on them: ranks, pseudoinverses.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { scan, whileLoop } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import { diagonalizing, halves, MOST_SWEEPS, makeEven, nextRound, precisionOf, rotateHalves } from './jacobi.ts';
import {
  columnsOf, diagonalOf, fromStack, identityStack, leading, multiplyStacks, reorderRows, rowsOf, stepNumbers, toMatrices, toStack, transposeMatrices,
} from './matrices.ts'; // biome-ignore format: one list
import { qrFactors } from './qr.ts';

export interface SingularParts {
  /** In columns: [b, m, k]. */
  readonly left: Tensor;
  /** Descending: [b, min(m, n)]. */
  readonly values: Tensor;
  /** In columns: [b, n, l]. */
  readonly right: Tensor;
}

const sumRows = (x: Tensor): Tensor => lax.reduce('sum', x, [1]);

/** Makes the columns of each pair orthogonal; returns the columns, V J and the largest cosine between two columns. */
function round(a: Tensor, v: Tensor, largest: Tensor): Tensor[] {
  const [left, right] = halves(a, 2);
  const [first, second] = [sumRows(lax.multiply(left, left)), sumRows(lax.multiply(right, right))];
  const shared = sumRows(lax.multiply(left, right));
  const sizes = lax.sqrt(lax.multiply(first, second));
  const isVoid = lax.compare('equal', sizes, fullAs(sizes, 0));
  const cosines = lax.select(isVoid, fullAs(sizes, 0), lax.divide(lax.abs(shared), lax.select(isVoid, fullAs(sizes, 1), sizes)));
  // Below rounding nothing is left to turn, and turning would only move the error about.
  const isDone = lax.compare('less_equal', cosines, fullAs(cosines, precisionOf(a)));
  const rotation = diagonalizing(first, second, lax.select(isDone, fullAs(shared, 0), shared));
  return [
    nextRound(rotateHalves(a, 2, rotation), 2),
    nextRound(rotateHalves(v, 2, rotation), 2),
    lax.maximum(largest, lax.reduce('max', cosines, [0, 1])),
  ];
}

/** A V with orthogonal columns, and V: [b, m, n] -> [b, m, n], [b, n, n]. */
function orthogonalize(given: Tensor): readonly [Tensor, Tensor] {
  const size = columnsOf(given);
  const a = makeEven(given, 2);
  const rounds = Math.max(1, columnsOf(a) - 1);
  const limit = precisionOf(a) * Math.sqrt(rowsOf(a));
  const [columns, v] = whileLoop(
    (_a, _v, largest, sweep) =>
      lax.and(
        lax.compare('greater', largest as Tensor, fullAs(largest as Tensor, limit)),
        lax.compare('less', sweep as Tensor, lax.scalar(MOST_SWEEPS, 'int32')),
      ),
    (matrix, vectors, largest, sweep) => [
      ...scan((m, w, most, _step) => round(m as Tensor, w as Tensor, most as Tensor), {
        carry: [matrix as Tensor, vectors as Tensor, fullAs(largest as Tensor, 0)],
        xs: [stepNumbers(rounds)],
        length: rounds,
      }).carry,
      lax.add(sweep as Tensor, lax.scalar(1, 'int32')),
    ],
    [a, identityStack(a.shape[0] as number, columnsOf(a), a.dtype), lax.scalar(1, a.dtype), lax.scalar(0, 'int32')],
  ) as [Tensor, Tensor];
  return [leading(columns, rowsOf(given), size), leading(v, size, size)];
}

/** The columns of both matrices by descending length of the first one's. */
function sortColumns(columns: Tensor, v: Tensor): { readonly values: Tensor; readonly columns: Tensor; readonly v: Tensor } {
  const lengths = lax.sqrt(sumRows(lax.multiply(columns, columns)));
  const [negated, order] = lax.sort([lax.negative(lengths), lax.iota('int32', lengths.shape, 1)], 1) as [Tensor, Tensor];
  const reorder = (x: Tensor): Tensor => transposeMatrices(reorderRows(transposeMatrices(x), order));
  return { values: lax.negative(negated), columns: reorder(columns), v: reorder(v) };
}

/** Of tall matrices (m >= n); the left vectors come in `count` columns, at least n. */
function tallParts(a: Tensor, count: number): SingularParts {
  const [turned, vectors] = orthogonalize(a);
  const { values, columns, v } = sortColumns(turned, vectors);
  // Q of A V is A V with its columns normalised up to sign, and it has good columns where those of A V are zero or missing.
  const { q, r } = qrFactors(columns, count);
  const diagonal = diagonalOf(leading(r, columnsOf(a), columnsOf(a)));
  const signs = lax.select(lax.compare('less', diagonal, fullAs(diagonal, 0)), fullAs(diagonal, -1), fullAs(diagonal, 1));
  const all = lax.pad(signs, lax.scalar(1, a.dtype), [0, 0], [0, count - columnsOf(a)]);
  return { left: lax.multiply(q, lax.broadcast(all, q.shape, [0, 2])), values, right: v };
}

/** The singular value decomposition of a stack. */
export function singularParts(a: Tensor, fullMatrices: boolean): SingularParts {
  const [rows, columns] = [rowsOf(a), columnsOf(a)];
  const count = fullMatrices ? Math.max(rows, columns) : Math.min(rows, columns);
  if (rows >= columns) return tallParts(a, count);
  const { left, values, right } = tallParts(transposeMatrices(a), count);
  return { left: right, values, right: left };
}

/** The singular values alone, descending: [b, m, n] -> [b, min(m, n)]. */
export function singularValues(a: Tensor): Tensor {
  const [turned, vectors] = orthogonalize(rowsOf(a) >= columnsOf(a) ? a : transposeMatrices(a));
  const { values } = sortColumns(turned, vectors);
  // U diag(g) V^T.
  return attachGradient([a], [values], ([x], [upstream]) => {
    const { left, right } = singularParts(x as Tensor, false);
    return [multiplyStacks(lax.multiply(left, lax.broadcast(upstream as Tensor, left.shape, [0, 2])), transposeMatrices(right))];
  })[0] as Tensor;
}

export interface SvdOptions {
  /** All left and right vectors, also those that belong to no singular value. Default true. */
  readonly fullMatrices?: boolean;
  /** Whether to give vectors besides the values. Default true. */
  readonly computeUv?: boolean;
}

/** `[u, s, vT]` with x = u diag(s) vT, values descending; only `s` without `computeUv`. */
export const svd = defineOp(
  'svd',
  ['x'],
  (x: TensorLike, { fullMatrices = true, computeUv = true }: SvdOptions = {}): Tensor | Tensor[] => {
    const given = toMatrices(x);
    const batch = given.shape.slice(0, -2);
    const inBatch = (values: Tensor): Tensor => lax.reshape(values, [...batch, values.shape[1] as number]);
    if (!computeUv) return inBatch(singularValues(toStack(given)));
    const { left, values, right } = singularParts(toStack(given), fullMatrices);
    return [fromStack(left, given), inBatch(values), fromStack(transposeMatrices(right), given)];
  },
);

/** How many singular values exceed `tol` (the largest one times max(m, n) times the precision by default). */
export const matrixRank = defineOp('matrix_rank', ['x'], (x: TensorLike, { tol = null }: { readonly tol?: number | null } = {}): Tensor => {
  const given = toMatrices(x);
  const values = singularValues(toStack(given));
  const largest = lax.broadcast(lax.reduce('max', values, [1]), values.shape, [0]);
  const relative = Math.max(rowsOf(given), columnsOf(given)) * precisionOf(given);
  const bound = tol === null ? lax.multiply(largest, fullAs(largest, relative)) : fullAs(values, tol);
  const rank = lax.reduce('sum', lax.cast(lax.compare('greater', values, bound), 'int32'), [1]);
  return lax.reshape(rank, given.shape.slice(0, -2));
});
