// Arithmetic on static shapes: element counts, strides, index iteration.
import { formatShape, ValueError } from '../errors/index.ts';

export type Shape = readonly number[];

/** Number of elements; refuses shapes whose product leaves the exact integers. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const dim of shape) {
    count *= dim;
    if (!Number.isSafeInteger(count) || dim < 0) {
      throw new ValueError(`The shape ${formatShape(shape)} is not a possible tensor shape.`, { code: 'shape-size' });
    }
  }
  return count;
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, axis) => dim === b[axis]);

/** A possibly negative axis as 0..rank-1. */
export function normalizeAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ValueError(`axis ${axis} is out of bounds for a tensor of rank ${rank}.`, { code: 'axis' });
  }
  return axis < 0 ? axis + rank : axis;
}

/** NumPy's broadcasting of two shapes. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ValueError(`Cannot broadcast shapes ${formatShape(a)} and ${formatShape(b)}.`, { code: 'broadcast' });
    }
    return x === 1 ? y : x;
  });
}
