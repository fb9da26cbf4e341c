// What gather and scatter share: index vectors lie along the last axis of `indices`, each addresses a slice (a box) of
// the operand, and the slices lie in the result (gather) or in the updates (scatter) along the offset axes.
import type { TensorType } from '../graph.ts';
import type { NDArray } from '../ndarray.ts';
import type { GatherNumbers } from '../primitives/params.ts';
import { requireAxes, typeError } from '../primitives/type-rules.ts';
import { elementCount, type Shape, stridesOf } from '../shape.ts';

/** Operand axes that appear as axes of the slices, in order. */
export function sliceAxes(numbers: GatherNumbers, operandRank: number): number[] {
  const isDropped = (axis: number): boolean => numbers.collapsedAxes.includes(axis) || numbers.operandBatchAxes.includes(axis);
  return Array.from({ length: operandRank }, (_, axis) => axis).filter((axis) => !isDropped(axis));
}

/** Result axes that come from the axes of `indices` before its last, in order. */
export function positionAxes(numbers: GatherNumbers, resultRank: number): number[] {
  return Array.from({ length: resultRank }, (_, axis) => axis).filter((axis) => !numbers.offsetAxes.includes(axis));
}

/** Refuses axis numbers that contradict each other or the operands. */
export function requireGatherNumbers(op: 'gather' | 'scatter', x: TensorType, indices: TensorType, numbers: GatherNumbers): void {
  const positions = indices.shape.length - 1;
  if (indices.dtype !== 'int32' || positions < 0) throw typeError(op, 'expected int32 indices of rank 1 or more.', [indices]);
  requireAxes(op, 'collapsedAxes and operandBatchAxes', [...numbers.collapsedAxes, ...numbers.operandBatchAxes], x.shape.length);
  requireAxes(op, 'startIndexMap', numbers.startIndexMap, x.shape.length);
  requireAxes(op, 'indicesBatchAxes', numbers.indicesBatchAxes, positions);
  requireAxes(op, 'offsetAxes', numbers.offsetAxes, positions + numbers.offsetAxes.length);
  if (numbers.startIndexMap.length !== indices.shape[positions]) {
    throw typeError(op, `expected index vectors of ${numbers.startIndexMap.length} components along the last axis.`, [indices]);
  }
  if (sliceAxes(numbers, x.shape.length).length !== numbers.offsetAxes.length) {
    throw typeError(op, 'expected one of `offsetAxes` per operand axis that is neither collapsed nor a batch axis.', [x]);
  }
  if (!numbers.offsetAxes.every((axis, index) => index === 0 || axis > (numbers.offsetAxes[index - 1] as number))) {
    throw typeError(op, `expected increasing \`offsetAxes\`, received [${numbers.offsetAxes.join(', ')}].`);
  }
  const pairs = numbers.operandBatchAxes.map((axis, index) => [x.shape[axis], indices.shape[numbers.indicesBatchAxes[index] ?? -1]]);
  if (numbers.operandBatchAxes.length !== numbers.indicesBatchAxes.length || pairs.some(([a, b]) => a !== b)) {
    throw typeError(op, 'expected batch axes of equal sizes in operand and indices.', [x, indices]);
  }
}

/** Shape of all slices together. */
export function gatheredShape(numbers: GatherNumbers, operandRank: number, indices: Shape, sliceSizes: Shape): number[] {
  const shape = new Array<number>(indices.length - 1 + numbers.offsetAxes.length);
  positionAxes(numbers, shape.length).forEach((axis, index) => {
    shape[axis] = indices[index] as number;
  });
  sliceAxes(numbers, operandRank).forEach((axis, index) => {
    shape[numbers.offsetAxes[index] as number] = sliceSizes[axis] as number;
  });
  return shape;
}

/** Calls `visit` for each index vector with the start of its slice per operand axis and its place in the result. */
export function forEachIndexVector(
  numbers: GatherNumbers,
  operandRank: number,
  indices: NDArray,
  resultShape: Shape,
  visit: (starts: readonly number[], resultOffset: number) => void,
): void {
  const positions = indices.shape.slice(0, -1);
  const width = numbers.startIndexMap.length;
  const strides = stridesOf(resultShape);
  const axes = positionAxes(numbers, resultShape.length);
  const coordinates = positions.map(() => 0);
  const starts = new Array<number>(operandRank).fill(0);
  const count = elementCount(positions);
  for (let position = 0; position < count; position++) {
    numbers.startIndexMap.forEach((axis, component) => {
      starts[axis] = indices.data[position * width + component] as number;
    });
    numbers.operandBatchAxes.forEach((axis, index) => {
      starts[axis] = coordinates[numbers.indicesBatchAxes[index] as number] as number;
    });
    visit(
      starts,
      axes.reduce((sum, axis, index) => sum + (strides[axis] as number) * (coordinates[index] as number), 0),
    );
    advance(coordinates, positions);
  }
}

/** Offsets of a slice's elements in the operand and in the result, both relative to the slice's start. */
export function sliceOffsets(numbers: GatherNumbers, operand: Shape, sliceSizes: Shape, result: Shape): readonly [Int32Array, Int32Array] {
  const operandStrides = stridesOf(operand);
  const resultStrides = stridesOf(result);
  const axes = sliceAxes(numbers, operand.length);
  const perAxis = operand.map((_, axis) => resultStrides[numbers.offsetAxes[axes.indexOf(axis)] ?? -1] ?? 0);
  const offsets = [new Int32Array(elementCount(sliceSizes)), new Int32Array(elementCount(sliceSizes))] as const;
  const coordinates = sliceSizes.map(() => 0);
  for (let element = 0; element < offsets[0].length; element++) {
    offsets[0][element] = coordinates.reduce((sum, at, axis) => sum + at * (operandStrides[axis] as number), 0);
    offsets[1][element] = coordinates.reduce((sum, at, axis) => sum + at * (perAxis[axis] as number), 0);
    advance(coordinates, sliceSizes);
  }
  return offsets;
}

/** Steps to the next position in row-major order. */
function advance(coordinates: number[], shape: Shape): void {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    coordinates[axis] = (coordinates[axis] as number) + 1;
    if ((coordinates[axis] as number) < (shape[axis] as number)) return;
    coordinates[axis] = 0;
  }
}
