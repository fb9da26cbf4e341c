// LU factors with partial pivoting, and what follows from them: solutions, inverses, determinants.

import { scan } from '../../../trace/control-flow.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike } from '../convert.ts';
import {
  columnAt, columnsOf, diagonalOf, fromStack, identityStack, multiplyStacks, reorderRows, rowAt, rowsOf, stepNumbers, toMatrices, toSquare, toStack,
} from './matrices.ts'; // biome-ignore format: one list
import { toSystem } from './system.ts';
import { solveTriangles } from './triangular.ts';

interface Factors {
  /** L below the diagonal (whose own diagonal is ones) and U on and above it: [b, m, n]. */
  readonly lu: Tensor;
  /** Row i of the product L U is row `order[i]` of the matrix: int32 [b, m]. */
  readonly order: Tensor;
  /** Whether the number of exchanges is odd: bool [b]. */
  readonly isOdd: Tensor;
}

/** Exchanges the rows `k` and `other` (one number per matrix, [b, 1, 1]) of each matrix. */
function exchangeRows(x: Tensor, k: Tensor, other: Tensor): Tensor {
  const row = lax.iota('int32', x.shape, 1);
  const isOther = lax.compare('equal', row, lax.broadcastTo(other, x.shape));
  const isOwn = lax.compare('equal', row, lax.broadcastTo(k, x.shape));
  // Of the rows selected by `isOther` there is one: the sum of the rest, zeros, adds nothing.
  const otherRow = lax.reshape(lax.reduce('sum', lax.select(isOther, x, fullAs(x, 0)), [1]), [x.shape[0] as number, 1, columnsOf(x)]);
  const moved = lax.select(isOther, lax.broadcastTo(rowAt(x, k), x.shape), x);
  return lax.select(isOwn, lax.broadcastTo(otherRow, x.shape), moved);
}

/** Step k brings the largest element of column k at or below the diagonal up and eliminates the column below it. */
export function luFactors(a: Tensor): Factors {
  const [batch, rows] = a.shape as readonly [number, number];
  const steps = Math.min(rows, columnsOf(a));
  const { carry } = scan(
    (lu, order, isOdd, step) => {
      const k = step as Tensor;
      const column = columnAt(lu as Tensor, k);
      const row = lax.iota('int32', column.shape, 1);
      const isLeft = lax.compare('greater_equal', row, lax.broadcastTo(k, column.shape));
      const sizes = lax.select(isLeft, lax.abs(column), fullAs(column, -1));
      const pivot = lax.reshape(lax.arg_reduce('max', lax.reshape(sizes, [batch, rows]), 1), [batch, 1, 1]);
      const exchanged = exchangeRows(lu as Tensor, k, pivot);
      const isMoved = lax.compare('not_equal', lax.reshape(pivot, [batch]), lax.broadcastTo(k, [batch]));
      return [eliminate(exchanged, k), exchangeRows(order as Tensor, k, pivot), lax.xor(isOdd as Tensor, isMoved)];
    },
    {
      carry: [a, lax.iota('int32', [batch, rows, 1], 1), lax.full([batch], false, 'bool')],
      xs: [stepNumbers(steps)],
      length: steps,
    },
  );
  const [lu, order, isOdd] = carry as [Tensor, Tensor, Tensor];
  return { lu, order: lax.reshape(order, [batch, rows]), isOdd };
}

/** Rows below k less their multiple of row k; the multiples stand in column k, where there would be zeros. */
function eliminate(a: Tensor, k: Tensor): Tensor {
  const pivotRow = rowAt(a, k);
  const column = columnAt(a, k);
  const diagonal = columnAt(pivotRow, k);
  const isZero = lax.compare('equal', diagonal, fullAs(diagonal, 0));
  // A column of zeros needs no elimination; the factor 0 keeps NaN out.
  const divisor = lax.broadcastTo(lax.select(isZero, fullAs(diagonal, 1), diagonal), column.shape);
  const isBelow = lax.compare('greater', lax.iota('int32', column.shape, 1), lax.broadcastTo(k, column.shape));
  const factors = lax.select(isBelow, lax.divide(column, divisor), fullAs(column, 0));
  const isRight = lax.compare('greater', lax.iota('int32', pivotRow.shape, 2), lax.broadcastTo(k, pivotRow.shape));
  const right = lax.select(isRight, pivotRow, fullAs(pivotRow, 0));
  const reduced = lax.subtract(a, multiplyStacks(factors, right));
  const isFactor = lax.and(
    lax.compare('equal', lax.iota('int32', a.shape, 2), lax.broadcastTo(k, a.shape)),
    lax.compare('greater', lax.iota('int32', a.shape, 1), lax.broadcastTo(k, a.shape)),
  );
  return lax.select(isFactor, lax.broadcastTo(factors, a.shape), reduced);
}

/** X of A X = B: [b, n, n] and [b, n, k] -> [b, n, k]. */
export function solveStacks(a: Tensor, b: Tensor): Tensor {
  const { lu, order } = luFactors(a);
  const forward = solveTriangles(lu, reorderRows(b, order), { lower: true, unitDiagonal: true });
  return solveTriangles(lu, forward, { lower: false });
}

export const invertStacks = (a: Tensor): Tensor => solveStacks(a, identityStack(a.shape[0] as number, rowsOf(a), a.dtype));

/** Solves a x = b for square matrices `a`. */
export const solve = defineOp('solve', ['a', 'b'], (a: TensorLike, b: TensorLike): Tensor => {
  const { matrix, right, finish } = toSystem(a, b);
  return finish(fromStack(solveStacks(toStack(matrix), toStack(right)), right));
});

/** The inverses of square matrices. Infinite or NaN where there is none. */
export const inv = defineOp('inv', ['x'], (x: TensorLike): Tensor => {
  const given = toSquare(x);
  return fromStack(invertStacks(toStack(given)), given);
});

/**
 * L and U in one matrix, and for each row of the matrix the place that it has in L U, as Keras on TensorFlow gives it:
 * `[lu, pivots]`.
 */
export const luFactor = defineOp('lu_factor', ['x'], (x: TensorLike): Tensor[] => {
  const given = toMatrices(x);
  const { lu, order } = luFactors(toStack(given));
  const [, places] = lax.sort([order, lax.iota('int32', order.shape, 1)], 1) as [Tensor, Tensor];
  return [fromStack(lu, given), lax.reshape(places, given.shape.slice(0, -1))];
});

interface LogDeterminant {
  /** -1, 0 or 1: [b]. */
  readonly sign: Tensor;
  /** The logarithm of the absolute value: [b]. */
  readonly logarithm: Tensor;
}

function logDeterminants(a: Tensor): LogDeterminant {
  const { lu, isOdd } = luFactors(a);
  const diagonal = diagonalOf(lu);
  const signs = lax.reduce('product', lax.sign(diagonal), [1]);
  return { sign: lax.select(isOdd, lax.negative(signs), signs), logarithm: lax.reduce('sum', lax.log(lax.abs(diagonal)), [1]) };
}

/** The determinants of square matrices: (..., n, n) -> (...). */
export const det = defineOp('det', ['x'], (x: TensorLike): Tensor => {
  const given = toSquare(x);
  const { lu, isOdd } = luFactors(toStack(given));
  const product = lax.reduce('product', diagonalOf(lu), [1]);
  return lax.reshape(lax.select(isOdd, lax.negative(product), product), given.shape.slice(0, -2));
});

/** Sign and logarithm of the absolute value of the determinants. */
export const slogdet = defineOp('slogdet', ['x'], (x: TensorLike): Tensor[] => {
  const given = toSquare(x);
  const { sign, logarithm } = logDeterminants(toStack(given));
  return [sign, logarithm].map((part) => lax.reshape(part, given.shape.slice(0, -2)));
});
