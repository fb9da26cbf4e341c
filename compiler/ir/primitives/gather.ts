// gather: slices of the operand at positions that are computed; each start is clamped so that its slice fits.
import { allocate } from '../dtype.ts';
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import type { NumberArray } from '../reference/elements.ts';
import {
  forEachIndexVector,
  gatheredShape,
  positionAxes,
  requireGatherNumbers,
  sliceAxes,
  sliceOffsets,
} from '../reference/index-vectors.ts';
import { elementCount, type Shape, stridesOf } from '../shape.ts';
import { clampStarts } from './clamp-starts.ts';
import type { GatherNumbers } from './params.ts';
import type { BatchAxis, Primitive } from './primitive.ts';
import { countBytes } from './traffic.ts';
import { operands, requireDimensions, requirePerAxis, typeError } from './type-rules.ts';

export const gather: Primitive<'gather'> = {
  name: 'gather',
  infer(inputs, params) {
    const [x, indices] = operands('gather', inputs, 2);
    requireGatherNumbers('gather', x, indices, params);
    const { sliceSizes } = params;
    requirePerAxis('gather', 'sliceSizes', sliceSizes, x.shape.length);
    requireDimensions('gather', 'sliceSizes', sliceSizes);
    if (sliceSizes.some((size, axis) => size > (x.shape[axis] as number))) {
      throw typeError('gather', `a slice of [${sliceSizes.join(', ')}] is larger than the operand.`, inputs);
    }
    if ([...params.collapsedAxes, ...params.operandBatchAxes].some((axis) => sliceSizes[axis] !== 1)) {
      throw typeError('gather', 'expected slice size 1 along collapsed and batch axes.', inputs);
    }
    return [{ dtype: x.dtype, shape: gatheredShape(params, x.shape.length, indices.shape, sliceSizes) }];
  },
  evaluate(inputs, params, outputs) {
    const [x, indices] = operands<NDArray>('gather', inputs, 2);
    const { dtype, shape } = outputs[0] as TensorType;
    const strides = stridesOf(x.shape);
    const last = x.shape.map((size, axis) => size - (params.sliceSizes[axis] as number));
    const [from, to] = sliceOffsets(params, x.shape, params.sliceSizes, shape);
    const source = x.data as NumberArray;
    const result = allocate(dtype, elementCount(shape)) as NumberArray;
    forEachIndexVector(params, x.shape.length, indices, shape, (starts, target) => {
      const start = starts.reduce((sum, at, axis) => sum + Math.max(0, Math.min(at, last[axis] as number)) * (strides[axis] as number), 0);
      for (let element = 0; element < from.length; element++) {
        result[target + (to[element] as number)] = source[start + (from[element] as number)] as number;
      }
    });
    return [{ dtype, shape, data: result }];
  },
  cost: (inputs, _params, outputs) => ({ flops: 0, bytes: countBytes(inputs.slice(1)) + 2 * countBytes(outputs) }),
  gradient({ lax, inputs: [x, indices], params: { sliceSizes, ...numbers }, cotangents: [cotangent] }) {
    if (!x || !indices || !cotangent) return [];
    const { starts } = clampStarts(lax, indices, numbers, x.shape, sliceSizes);
    return [lax.scatter(lax.fullLike(x, 0), starts, cotangent, { ...numbers, kind: 'add' })];
  },
  batchAxes(axes, [x, indices], params, [result]) {
    if (!x || !indices || !result) return undefined;
    const isWhole = (axis: number): boolean => x.shape[axis] === params.sliceSizes[axis];
    const axis = gatherBatchAxis(axes, params, x.shape, indices.shape, result.shape.length, isWhole);
    return axis === undefined ? undefined : [axis];
  },
};

/** The result's batch axis, for the operand's and the indices' (scatter uses it for its updates). */
export function gatherBatchAxis(
  [operandAxis = null, indicesAxis = null]: readonly BatchAxis[],
  numbers: GatherNumbers,
  operand: Shape,
  indices: Shape,
  resultRank: number,
  isWhole: (axis: number) => boolean,
): BatchAxis | undefined {
  if (operandAxis === null && indicesAxis === null) return null;
  const position = (axis: number): number | undefined => positionAxes(numbers, resultRank)[axis];
  const operandPair = operandAxis === null ? -1 : numbers.operandBatchAxes.indexOf(operandAxis);
  const indicesPair = indicesAxis === null ? -1 : numbers.indicesBatchAxes.indexOf(indicesAxis);
  if (operandPair >= 0 || indicesPair >= 0) {
    // The pair's other side must have the samples too, unless there is but one.
    const own = numbers.indicesBatchAxes[Math.max(operandPair, indicesPair)] as number;
    const isAlone = (operandAxis === null || indicesAxis === null) && indices[own] === 1;
    return operandPair === indicesPair || isAlone ? position(own) : undefined;
  }
  if (operandAxis === null) return position(indicesAxis as number);
  // A slice that spans the operand's whole batch keeps it as an axis of its own.
  const offset = sliceAxes(numbers, operand.length).indexOf(operandAxis);
  return indicesAxis === null && offset >= 0 && isWhole(operandAxis) ? numbers.offsetAxes[offset] : undefined;
}
