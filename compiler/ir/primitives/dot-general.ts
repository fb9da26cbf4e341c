// dot_general: contracts axes of two operands pairwise; result axes are batch, free axes of lhs, free axes of rhs.
import type { TensorType } from '../graph.ts';
import type { Lax } from '../lax.ts';
import type { NDArray } from '../ndarray.ts';
import { type NumberArray, readElements, resultArray, toNDArray } from '../reference/elements.ts';
import { permute } from '../reference/permute.ts';
import { clearSums, rowProduct, sumsArray } from '../reference/row-products.ts';
import { elementCount, type Shape } from '../shape.ts';
import type { Cotangent, GradientContext } from './gradient.ts';
import type { PrimitiveParams } from './params.ts';
import type { BatchAxis, Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireAxes, requireSameDTypes, typeError } from './type-rules.ts';

type Params = PrimitiveParams['dot_general'];

export const dotGeneral: Primitive<'dot_general'> = {
  name: 'dot_general',
  infer(inputs, params) {
    const [lhs, rhs] = operands('dot_general', inputs, 2);
    requireSameDTypes('dot_general', inputs);
    if (lhs.dtype === 'bool') throw typeError('dot_general', 'expected numeric operands (cast them first).', inputs);
    requireAxes('dot_general', 'lhsBatch and lhsContracting', [...params.lhsBatch, ...params.lhsContracting], lhs.shape.length);
    requireAxes('dot_general', 'rhsBatch and rhsContracting', [...params.rhsBatch, ...params.rhsContracting], rhs.shape.length);
    const agree = (a: readonly number[], b: readonly number[]): boolean =>
      a.length === b.length && a.every((axis, index) => lhs.shape[axis] === rhs.shape[b[index] as number]);
    if (!agree(params.lhsBatch, params.rhsBatch) || !agree(params.lhsContracting, params.rhsContracting)) {
      throw typeError('dot_general', `batch and contracted axes must agree in number and size; ${describe(params)}.`, inputs);
    }
    const axes = freeAxes(params, lhs.shape.length, rhs.shape.length);
    const shape = [
      ...params.lhsBatch.map((axis) => lhs.shape[axis] as number),
      ...axes.lhs.map((axis) => lhs.shape[axis] as number),
      ...axes.rhs.map((axis) => rhs.shape[axis] as number),
    ];
    return [{ dtype: lhs.dtype, shape }];
  },
  evaluate(inputs, params, outputs) {
    const [lhs, rhs] = operands<NDArray>('dot_general', inputs, 2);
    const axes = freeAxes(params, lhs.shape.length, rhs.shape.length);
    // As matrices: lhs [batch, m, k], rhs [batch, k, n].
    const a = permute(lhs, [...params.lhsBatch, ...axes.lhs, ...params.lhsContracting]);
    const b = permute(rhs, [...params.rhsBatch, ...params.rhsContracting, ...axes.rhs]);
    const extent = (shape: Shape, list: readonly number[]): number => elementCount(list.map((axis) => shape[axis] as number));
    const sizes = {
      batch: extent(lhs.shape, params.lhsBatch),
      m: extent(lhs.shape, axes.lhs),
      k: extent(lhs.shape, params.lhsContracting),
      n: extent(rhs.shape, axes.rhs),
    };
    return [multiplyMatrices(a, b, sizes, outputs[0] as TensorType)];
  },
  cost(inputs, { lhsContracting }, outputs) {
    const depth = elementCount(lhsContracting.map((axis) => inputs[0]?.shape[axis] ?? 1));
    return { flops: 2 * depth * countElements(outputs), bytes: countBytes(inputs) + countBytes(outputs) };
  },
  gradient: differentiate,
  batchAxes([lhsAxis = null, rhsAxis = null], [lhs, rhs], params) {
    const axes = freeAxes(params, lhs?.shape.length ?? 0, rhs?.shape.length ?? 0);
    const batch = params.lhsBatch.length;
    const place = (axis: BatchAxis, batchAxes: readonly number[], free: readonly number[], first: number): BatchAxis | undefined => {
      if (axis === null) return null;
      if (batchAxes.includes(axis)) return batchAxes.indexOf(axis);
      return free.includes(axis) ? first + free.indexOf(axis) : undefined;
    };
    const fromLhs = place(lhsAxis, params.lhsBatch, axes.lhs, batch);
    const fromRhs = place(rhsAxis, params.rhsBatch, axes.rhs, batch + axes.lhs.length);
    if (fromLhs === undefined || fromRhs === undefined) return undefined;
    if (fromLhs === fromRhs) return [fromLhs];
    if (fromLhs !== null && fromRhs !== null) return undefined;
    // Paired with an operand that is the same for all samples, a batch axis would tell the samples' positions apart.
    const axis = (fromLhs ?? fromRhs) as number;
    return axis >= batch || lhs?.shape[params.lhsBatch[axis] as number] === 1 ? [axis] : undefined;
  },
};

const describe = (params: Params): string =>
  `batch [${params.lhsBatch.join(', ')}] and [${params.rhsBatch.join(', ')}], ` +
  `contracted [${params.lhsContracting.join(', ')}] and [${params.rhsContracting.join(', ')}]`;

function freeAxes(params: Params, lhsRank: number, rhsRank: number): { readonly lhs: number[]; readonly rhs: number[] } {
  const others = (rank: number, used: readonly number[]): number[] =>
    Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !used.includes(axis));
  return {
    lhs: others(lhsRank, [...params.lhsBatch, ...params.lhsContracting]),
    rhs: others(rhsRank, [...params.rhsBatch, ...params.rhsContracting]),
  };
}

interface MatrixSizes {
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function multiplyMatrices(a: NDArray, b: NDArray, { batch, m, k, n }: MatrixSizes, type: TensorType): NDArray {
  const x = readElements(a) as NumberArray;
  const matrix = readElements(b) as NumberArray;
  const result = resultArray(type) as NumberArray;
  const addProducts = rowProduct(a.dtype);
  const sums = sumsArray(a.dtype, n) as NumberArray;
  for (let row = 0; row < batch * m; row++) {
    clearSums(sums);
    addProducts(sums, n, x, row * k, 1, k, matrix, Math.floor(row / m) * k * n, n);
    result.set(sums, row * n);
  }
  return toNDArray(type, result);
}

/** Each operand's cotangent contracts the result's with the other operand; which of them comes first decides the order of axes. */
function differentiate<T extends TensorType>(context: GradientContext<'dot_general', T>): Cotangent<T>[] {
  const { lax, params, inputs, cotangents, needed } = context;
  const [lhs, rhs] = inputs as readonly [T, T];
  const cotangent = cotangents[0] as T;
  const axes = freeAxes(params, lhs.shape.length, rhs.shape.length);
  const batch = params.lhsBatch.length;
  const inCotangent = (free: readonly number[], first: number): number[] => free.map((_, index) => first + index);
  const lhsFree = inCotangent(axes.lhs, batch);
  const rhsFree = inCotangent(axes.rhs, batch + axes.lhs.length);
  const own = { batch: params.lhsBatch, contracting: params.lhsContracting, free: axes.lhs };
  const other = { batch: params.rhsBatch, contracting: params.rhsContracting, free: axes.rhs };
  return [
    needed[0] ? operandCotangent(lax, own, { tensor: rhs, ...other }, { tensor: cotangent, own: lhsFree, other: rhsFree }) : null,
    needed[1] ? operandCotangent(lax, other, { tensor: lhs, ...own }, { tensor: cotangent, own: rhsFree, other: lhsFree }) : null,
  ];
}

interface OperandAxes {
  readonly batch: readonly number[];
  readonly contracting: readonly number[];
  readonly free: readonly number[];
}

function operandCotangent<T extends TensorType>(
  lax: Lax<T>,
  own: OperandAxes,
  other: OperandAxes & { readonly tensor: T },
  cotangent: { readonly tensor: T; readonly own: readonly number[]; readonly other: readonly number[] },
): T {
  const batch = own.batch.map((_, axis) => axis);
  // Axes left over lie in their operand's order: the free ones in that of the own axes, the contracted ones in that of the other's.
  const contracted = own.contracting.toSorted((a, b) => pairOf(a) - pairOf(b));
  function pairOf(axis: number): number {
    return other.contracting[own.contracting.indexOf(axis)] as number;
  }
  const permutationOf = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));
  const cotangentFirst = permutationOf([...own.batch, ...own.free, ...contracted]);
  const otherFirst = permutationOf([...own.batch, ...contracted, ...own.free]);
  if (otherFirst.every((from, axis) => from === axis)) {
    return lax.dot_general(other.tensor, cotangent.tensor, {
      lhsContracting: other.free,
      rhsContracting: cotangent.other,
      lhsBatch: other.batch,
      rhsBatch: batch,
    });
  }
  const product = lax.dot_general(cotangent.tensor, other.tensor, {
    lhsContracting: cotangent.other,
    rhsContracting: other.free,
    lhsBatch: batch,
    rhsBatch: other.batch,
  });
  return lax.transpose(product, cotangentFirst);
}
