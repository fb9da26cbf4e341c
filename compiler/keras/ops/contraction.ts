// Products that sum: matmul, dot, tensordot and their kin, all by `dot_general`.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { broadcastShapes } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { axisList } from './axes.ts';
import { promoteAll, promotePair, type TensorLike, toTensor } from './convert.ts';

interface Contraction {
  readonly lhsContracting: readonly number[];
  readonly rhsContracting: readonly number[];
  readonly lhsBatch?: readonly number[];
  readonly rhsBatch?: readonly number[];
}

/** `dot_general` of two tensors of one dtype; booleans are multiplied as integers. */
export function contract(x: Tensor, y: Tensor, { lhsContracting, rhsContracting, lhsBatch = [], rhsBatch = [] }: Contraction): Tensor {
  const params = { lhsContracting, rhsContracting, lhsBatch, rhsBatch };
  if (x.dtype !== 'bool') return lax.dot_general(x, y, params);
  return lax.cast(lax.dot_general(lax.cast(x, 'int32'), lax.cast(y, 'int32'), params), 'bool');
}

/** As NumPy's `matmul` on tensors of one dtype: the last two axes are matrices, the others broadcast. */
export function multiplyMatrices(x: Tensor, y: Tensor): Tensor {
  if (x.rank === 0 || y.rank === 0)
    throw new ValueError(
      `\`matmul\` needs tensors of at least 1 dimension. Received shapes: ${formatShape(x.shape)}, ${formatShape(y.shape)}`,
      { code: 'rank' },
    );
  const inner = y.rank === 1 ? 0 : y.rank - 2;
  if (x.shape[x.rank - 1] !== y.shape[inner]) {
    throw new ValueError(
      `Inner dimensions (\`x1.shape[-1]\` and \`x2.shape[-2]\`) must be equal. Received: x1.shape=${formatShape(x.shape)}, x2.shape=${formatShape(y.shape)}`,
      { code: 'matmul' },
    );
  }
  // Without batch axes on the right, the batch axes on the left are rows like the others: one large product.
  if (y.rank <= 2) return contract(x, y, { lhsContracting: [x.rank - 1], rhsContracting: [inner] });
  if (x.rank === 1) {
    const columns = multiplyMatrices(lax.reshape(x, [1, x.size]), y);
    return lax.reshape(columns, [...y.shape.slice(0, -2), y.shape[y.rank - 1] as number]);
  }
  const batch = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2));
  const lhs = lax.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  const rhs = lax.broadcastTo(y, [...batch, ...y.shape.slice(-2)]);
  const axes = batch.map((_, axis) => axis);
  return contract(lhs, rhs, { lhsContracting: [lhs.rank - 1], rhsContracting: [rhs.rank - 2], lhsBatch: axes, rhsBatch: axes });
}

/** The matrix product; leading axes broadcast. int8 matrices give int32. */
export const matmul = defineOp('matmul', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, y] = [toTensor(x1), toTensor(x2)];
  if (x.dtype === 'int8' && y.dtype === 'int8' && x.rank > 1 && y.rank > 1)
    return multiplyMatrices(lax.cast(x, 'int32'), lax.cast(y, 'int32'));
  return multiplyMatrices(...(promoteAll([x, y]) as [Tensor, Tensor]));
});

/** NumPy's `dot`: the last axis of `x1` with the second to last of `x2`; numbers scale. */
export const dot = defineOp('dot', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, y] = promoteAll([x1, x2]) as [Tensor, Tensor];
  if (x.rank === 0 || y.rank === 0) return product(x, y);
  return contract(x, y, { lhsContracting: [x.rank - 1], rhsContracting: [y.rank === 1 ? 0 : y.rank - 2] });
});

function product(x1: TensorLike, x2: TensorLike): Tensor {
  const [x, y] = promotePair(x1, x2);
  return x.dtype === 'bool' ? lax.and(x, y) : lax.multiply(x, y);
}

/** Sums of products over the last axes. */
export const inner = defineOp('inner', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, y] = promoteAll([x1, x2]) as [Tensor, Tensor];
  if (x.rank === 0 || y.rank === 0) return product(x, y);
  return contract(x, y, { lhsContracting: [x.rank - 1], rhsContracting: [y.rank - 1] });
});

/** The sum of products of all elements. */
export const vdot = defineOp('vdot', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, y] = promoteAll([x1, x2]).map((tensor) => lax.reshape(tensor, [tensor.size])) as [Tensor, Tensor];
  return contract(x, y, { lhsContracting: [0], rhsContracting: [0] });
});

/** All products of an element of one tensor and one of the other, as a matrix. */
export const outer = defineOp('outer', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, y] = promoteAll([x1, x2]) as [Tensor, Tensor];
  return product(lax.reshape(x, [x.size, 1]), lax.reshape(y, [1, y.size]));
});

/** The Kronecker product: `x1` with each element replaced by its product with `x2`. */
export const kron = defineOp('kron', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, y] = promoteAll([x1, x2]) as [Tensor, Tensor];
  const rank = Math.max(x.rank, y.rank);
  const widen = (shape: readonly number[]): number[] => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [a, b] = [widen(x.shape), widen(y.shape)];
  const interleaved = product(
    lax.reshape(
      x,
      a.flatMap((dim) => [dim, 1]),
    ),
    lax.reshape(
      y,
      b.flatMap((dim) => [1, dim]),
    ),
  );
  return lax.reshape(
    interleaved,
    a.map((dim, axis) => dim * (b[axis] as number)),
  );
});

export interface TensordotOptions {
  /** How many axes to sum (the last of `x1` with the first of `x2`), or the axes of each. Default 2. */
  readonly axes?: number | readonly [number | readonly number[], number | readonly number[]];
}

/** Sums products over the given axes of both tensors. */
export const tensordot = defineOp(
  'tensordot',
  ['x1', 'x2'],
  (x1: TensorLike, x2: TensorLike, { axes = 2 }: TensordotOptions = {}): Tensor => {
    const [x, y] = promoteAll([x1, x2]) as [Tensor, Tensor];
    const count = typeof axes === 'number' ? axes : 0;
    const lhsContracting =
      typeof axes === 'number' ? Array.from({ length: count }, (_, k) => x.rank - count + k) : axisList(axes[0], x.rank);
    const rhsContracting = typeof axes === 'number' ? Array.from({ length: count }, (_, k) => k) : axisList(axes[1], y.rank);
    const fits =
      lhsContracting.length === rhsContracting.length &&
      lhsContracting.every((axis, k) => x.shape[axis] === y.shape[rhsContracting[k] as number]);
    if (!fits) {
      throw new ValueError(
        `The axes to contract must have equal sizes. Received: x1.shape=${formatShape(x.shape)}, x2.shape=${formatShape(y.shape)}, axes=${quote(axes)}`,
        { code: 'tensordot' },
      );
    }
    return contract(x, y, { lhsContracting, rhsContracting });
  },
);
