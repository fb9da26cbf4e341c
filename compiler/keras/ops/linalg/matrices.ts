// What the decompositions share: stacks of matrices [batch, rows, columns], and what one step of an algorithm reads of them.
import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { fullAs, type TensorLike, toTensor } from '../convert.ts';
import { floatType } from '../promotion.ts';

/** Rows and columns of the matrices of a stack. */
export const rowsOf = (x: Tensor): number => x.shape[x.rank - 2] as number;
export const columnsOf = (x: Tensor): number => x.shape[x.rank - 1] as number;

/** A stack of matrices as floats of at least 32 bits. Throws ValueError on vectors and numbers. */
export function toMatrices(value: TensorLike): Tensor {
  const tensor = toTensor(value);
  if (tensor.rank < 2)
    throw new ValueError(`Expected input to have rank >= 2. Received input with shape ${formatShape(tensor.shape)}.`, { code: 'rank' });
  const dtype = floatType(tensor.dtype);
  return lax.cast(tensor, dtype === 'float64' ? dtype : 'float32');
}

/** As `toMatrices`, of square matrices. */
export function toSquare(value: TensorLike): Tensor {
  const matrices = toMatrices(value);
  if (rowsOf(matrices) !== columnsOf(matrices))
    throw new ValueError(
      `Expected a square matrix or a batch of square matrices. Received non-square input with shape ${formatShape(matrices.shape)}`,
      { code: 'square' },
    );
  return matrices;
}

/** The matrices in a single batch axis: [..., m, n] -> [batch, m, n]. */
export const toStack = (x: Tensor): Tensor =>
  lax.reshape(x, [x.shape.slice(0, -2).reduce((product, dim) => product * dim, 1), ...x.shape.slice(-2)]);

/** The batch axes of `like` in place of the single one of `x`. */
export const fromStack = (x: Tensor, like: Tensor): Tensor => lax.reshape(x, [...like.shape.slice(0, -2), ...x.shape.slice(1)]);

/** The matrices turned about their diagonal; any number of batch axes. */
export const transposeMatrices = (x: Tensor): Tensor =>
  lax.transpose(x, [...x.shape.slice(0, -2).map((_, axis) => axis), x.rank - 1, x.rank - 2]);

/** Products of the matrices of two stacks: [b, m, k] and [b, k, n] -> [b, m, n]. */
export const multiplyStacks = (x: Tensor, y: Tensor): Tensor =>
  lax.dot_general(x, y, { lhsContracting: [2], rhsContracting: [1], lhsBatch: [0], rhsBatch: [0] });

/** x^T y of each pair of matrices. */
export const multiplyTransposed = (x: Tensor, y: Tensor): Tensor =>
  lax.dot_general(x, y, { lhsContracting: [1], rhsContracting: [1], lhsBatch: [0], rhsBatch: [0] });

/** Identity matrices: [batch, size, size]. */
export function identityStack(batch: number, size: number, dtype: Tensor['dtype']): Tensor {
  const shape = [batch, size, size];
  return lax.cast(lax.compare('equal', lax.iota('int32', shape, 1), lax.iota('int32', shape, 2)), dtype);
}

/** Column `k` (a run-time number) of each matrix: [b, m, 1]. */
export function columnAt(x: Tensor, k: Tensor): Tensor {
  const zero = lax.scalar(0, 'int32');
  return lax.dynamic_slice(x, [zero, zero, k], [x.shape[0] as number, rowsOf(x), 1]);
}

/** Row `k` (a run-time number) of each matrix: [b, 1, n]. */
export function rowAt(x: Tensor, k: Tensor): Tensor {
  const zero = lax.scalar(0, 'int32');
  return lax.dynamic_slice(x, [zero, k, zero], [x.shape[0] as number, 1, columnsOf(x)]);
}

/** The elements of the first columns, rows or both. */
export const leading = (x: Tensor, rows: number, columns: number): Tensor =>
  lax.slice(
    x,
    x.shape.map(() => 0),
    [...x.shape.slice(0, -2), rows, columns],
  );

/** Keeps what satisfies `compare` between row and column number; the rest becomes 0. `less_equal`: the upper triangle. */
export function keepTriangle(x: Tensor, direction: 'less' | 'less_equal' | 'equal' | 'greater_equal' | 'greater'): Tensor {
  const isKept = lax.compare(direction, lax.iota('int32', x.shape, x.rank - 2), lax.iota('int32', x.shape, x.rank - 1));
  return lax.select(isKept, x, fullAs(x, 0));
}

/** The diagonal of each matrix: [..., n, n] -> [..., n]. */
export const diagonalOf = (x: Tensor): Tensor => lax.reduce('sum', keepTriangle(x, 'equal'), [x.rank - 2]);

/** `x` times numbers that its shape repeats. */
export const scale = (x: Tensor, factor: Tensor): Tensor => lax.multiply(x, lax.broadcastTo(factor, x.shape));

/** Numbers 0, 1, 2... to take a step for each. */
export const stepNumbers = (count: number): Tensor => lax.iota('int32', [count], 0);

/** The rows of each matrix in another order: row i of the result is row `order[i]`. */
export const reorderRows = (x: Tensor, order: Tensor): Tensor =>
  lax.gather(x, lax.reshape(order, [...order.shape, 1]), {
    offsetAxes: [2],
    collapsedAxes: [1],
    operandBatchAxes: [0],
    indicesBatchAxes: [0],
    startIndexMap: [1],
    sliceSizes: [1, 1, columnsOf(x)],
  });
