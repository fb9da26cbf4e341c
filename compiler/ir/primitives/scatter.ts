// scatter: the operand with slices replaced by or combined with updates, at positions that are computed. A slice that
// does not fit is dropped; where slices overlap, `update` keeps the last.
import { isFloat } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import { accumulators, type NumberArray, readElements, toNDArray } from '../reference/elements.ts';
import {
  forEachIndexVector,
  gatheredShape,
  positionAxes,
  requireGatherNumbers,
  sliceAxes,
  sliceOffsets,
} from '../reference/index-vectors.ts';
import { monoid } from '../reference/monoids.ts';
import { type Shape, sameShape, stridesOf } from '../shape.ts';
import { clampStarts } from './clamp-starts.ts';
import { gatherBatchAxis } from './gather.ts';
import type { Cotangent, GradientContext } from './gradient.ts';
import type { GatherNumbers, PrimitiveParams, ScatterKind } from './params.ts';
import type { Primitive } from './primitive.ts';
import { countBytes, countElements } from './traffic.ts';
import { operands, requireSameDTypes, typeError } from './type-rules.ts';

export const scatter: Primitive<'scatter'> = {
  name: 'scatter',
  infer(inputs, params) {
    const [x, indices, updates] = operands('scatter', inputs, 3);
    requireSameDTypes('scatter', [x, updates]);
    requireGatherNumbers('scatter', x, indices, params);
    if (x.dtype === 'bool' && params.kind !== 'update') throw typeError('scatter', `${params.kind} does not take bool.`, inputs);
    const sizes = updateSizes(params, x.shape.length, updates.shape);
    const shape = gatheredShape(params, x.shape.length, indices.shape, sizes);
    if (!sameShape(shape, updates.shape) || sizes.some((size, axis) => size > (x.shape[axis] as number))) {
      throw typeError('scatter', 'the updates do not fit the operand and the indices.', inputs);
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  evaluate(inputs, params) {
    const [x, indices, updates] = operands<NDArray>('scatter', inputs, 3);
    return [scatterInto(x, indices, updates, params)];
  },
  cost: (inputs, _params, outputs) => ({ flops: countElements(inputs.slice(2)), bytes: countBytes(inputs) + countBytes(outputs) }),
  gradient: differentiate,
  batchAxes([operandAxis = null, indicesAxis = null, updatesAxis = null], [x, indices, updates], params) {
    if (operandAxis === null && indicesAxis === null && updatesAxis === null) return [null];
    if (operandAxis === null || !x || !indices || !updates) return undefined;
    const sizes = updateSizes(params, x.shape.length, updates.shape);
    const isWhole = (axis: number): boolean => sizes[axis] === x.shape[axis];
    const expected = gatherBatchAxis([operandAxis, indicesAxis], params, x.shape, indices.shape, updates.shape.length, isWhole);
    const isFair = updatesAxis === expected || (updatesAxis === null && x.shape[operandAxis] === 1);
    return expected !== undefined && isFair ? [operandAxis] : undefined;
  },
};

/** Extent of one slice of the updates along each operand axis. */
function updateSizes(numbers: GatherNumbers, operandRank: number, updates: Shape): number[] {
  const sizes = new Array<number>(operandRank).fill(1);
  sliceAxes(numbers, operandRank).forEach((axis, index) => {
    sizes[axis] = updates[numbers.offsetAxes[index] as number] ?? 1;
  });
  return sizes;
}

const COMBINATIONS = { add: 'sum', multiply: 'product', min: 'min', max: 'max' } as const satisfies Record<
  Exclude<ScatterKind, 'update'>,
  string
>;

function scatterInto(x: NDArray, indices: NDArray, updates: NDArray, params: PrimitiveParams['scatter']): NDArray {
  const type: TensorType = { dtype: x.dtype, shape: x.shape };
  const { kind } = params;
  const isUpdate = kind === 'update';
  const combine = isUpdate ? (_old: number, next: number): number => next : monoid(COMBINATIONS[kind], x.dtype).combine;
  // Replacing moves bits; combining computes, floats in double.
  const result = (isUpdate ? x.data.slice() : accumulators(x)) as NumberArray;
  const source = (isUpdate ? updates.data : readElements(updates)) as NumberArray;
  const strides = stridesOf(x.shape);
  const sizes = updateSizes(params, x.shape.length, updates.shape);
  const [to, from] = sliceOffsets(params, x.shape, sizes, updates.shape);
  forEachIndexVector(params, x.shape.length, indices, updates.shape, (starts, read) => {
    const fits = starts.every((at, axis) => at >= 0 && at + (sizes[axis] as number) <= (x.shape[axis] as number));
    if (!fits) return;
    const start = starts.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0);
    for (let element = 0; element < to.length; element++) {
      const place = start + (to[element] as number);
      result[place] = combine(result[place] as number, source[read + (from[element] as number)] as number);
    }
  });
  return isUpdate || !isFloat(x.dtype) ? { ...type, data: result } : toNDArray(type, result);
}

function differentiate<T extends TensorType>(context: GradientContext<'scatter', T>): Cotangent<T>[] {
  const { lax, inputs, outputs, params, cotangents } = context;
  const [x, indices, updates] = inputs as readonly [T, T, T];
  const [result, cotangent] = [outputs[0] as T, cotangents[0] as T];
  const { kind, ...numbers } = params;
  const sliceSizes = updateSizes(params, x.shape.length, updates.shape);
  const { starts, isInside } = clampStarts(lax, indices, numbers, x.shape, sliceSizes);
  const positions = positionAxes(numbers, updates.shape.length);
  const zero = lax.fullLike(updates, 0);
  /** What lies under each update; 0 for those that were dropped. */
  const under = (tensor: T): T =>
    lax.select(lax.broadcast(isInside, updates.shape, positions), lax.gather(tensor, starts, { ...numbers, sliceSizes }), zero);
  switch (kind) {
    case 'add':
      return [cotangent, null, under(cotangent)];
    case 'update':
      return [lax.scatter(cotangent, indices, zero, params), null, under(cotangent)];
    case 'multiply':
      return [lax.scatter(cotangent, indices, updates, params), null, lax.divide(under(lax.multiply(cotangent, result)), updates)];
    default: {
      // Equal extremes share it, the operand's element among them, as in Keras on TensorFlow.
      const isOperand = lax.cast(lax.compare('equal', x, result), x.dtype);
      const isUpdate = lax.cast(lax.compare('equal', updates, under(result)), x.dtype);
      const count = lax.scatter(isOperand, indices, isUpdate, { ...numbers, kind: 'add' });
      const share = lax.divide(cotangent, count);
      return [lax.multiply(share, isOperand), null, lax.multiply(under(share), isUpdate)];
    }
  }
}
