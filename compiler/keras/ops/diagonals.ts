// Ops on the diagonals of matrices.
import { formatShape, ValueError } from '../../errors/index.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';
import { sum } from './reductions.ts';
import { movePermutation } from './shapes.ts';

/** A square matrix with the vector on diagonal `k`. */
function matrixOf(vector: Tensor, k: number): Tensor {
  const size = vector.size + Math.abs(k);
  // Row r of the matrix holds element r - max(-k, 0) of the vector.
  const byRow = lax.pad(vector, lax.scalar(0, vector.dtype), [Math.max(-k, 0)], [Math.max(k, 0)]);
  const offset = lax.subtract(lax.iota('int32', [size, size], 1), lax.iota('int32', [size, size], 0));
  const isDiagonal = lax.compare('equal', offset, lax.full([size, size], k, 'int32'));
  const rows = lax.broadcast(byRow, [size, size], [0]);
  return lax.select(isDiagonal, rows, fullAs(rows, 0));
}

/** Diagonal `offset` of the last two axes, as the last axis: every (columns + 1)-th element of the flattened matrix. */
function diagonalOf(x: Tensor, offset: number): Tensor {
  const batch = x.shape.slice(0, -2);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const length = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const start = offset >= 0 ? offset : -offset * columns;
  const flat = lax.reshape(x, [...batch, rows * columns]);
  if (length === 0) return lax.slice(flat, [...batch.map(() => 0), 0], [...batch, 0]);
  const limit = start + (length - 1) * (columns + 1) + 1;
  return lax.slice(flat, [...batch.map(() => 0), start], [...batch, limit], [...batch.map(() => 1), columns + 1]);
}

/** A diagonal matrix of a vector, or a diagonal of a matrix. */
export const diag = defineOp(
  'diag',
  ['x'],
  (x: TensorLike, { k = 0 }: { readonly k?: number } = {}): Tensor => {
    const tensor = toTensor(x);
    if (tensor.rank === 1) return matrixOf(tensor, k);
    if (tensor.rank === 2) return diagonalOf(tensor, k);
    throw new ValueError(`\`x\` must be 1d or 2d. Received: x.shape=${formatShape(tensor.shape)}`, { code: 'rank' });
  },
  { shrinks: true },
);
/** A diagonal matrix of the flattened tensor. */
export const diagflat = defineOp('diagflat', ['x'], (x: TensorLike, { k = 0 }: { readonly k?: number } = {}): Tensor => {
  const tensor = toTensor(x);
  return matrixOf(lax.reshape(tensor, [tensor.size]), k);
});

export interface DiagonalOptions {
  readonly offset?: number;
  readonly axis1?: number;
  readonly axis2?: number;
}

function diagonalAlong(x: Tensor, { offset = 0, axis1 = 0, axis2 = 1 }: DiagonalOptions): Tensor {
  if (x.rank < 2)
    throw new ValueError(`\`diagonal\` requires an array of at least two dimensions. Received: x.shape=${formatShape(x.shape)}`, {
      code: 'rank',
    });
  const source = [normalizeAxis(axis1, x.rank), normalizeAxis(axis2, x.rank)];
  return diagonalOf(lax.transpose(x, movePermutation(x.rank, source, [x.rank - 2, x.rank - 1])), offset);
}

/** A diagonal of two axes, which becomes the last axis. */
export const diagonal = defineOp(
  'diagonal',
  ['x'],
  (x: TensorLike, options: DiagonalOptions = {}): Tensor => diagonalAlong(toTensor(x), options),
  { shrinks: true },
);
/** The sum of a diagonal. */
export const trace = defineOp(
  'trace',
  ['x'],
  (x: TensorLike, options: DiagonalOptions = {}): Tensor => sum(diagonalAlong(toTensor(x), options), { axis: -1 }),
);
