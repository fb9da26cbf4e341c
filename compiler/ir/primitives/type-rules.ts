// What the type rules of primitives share: counting operands, comparing types, and the error that says which rule failed.
import { ValueError } from '../../errors/index.ts';
import { type DType, isFloat, isInteger } from '../dtype.ts';
import { formatType } from '../format-type.ts';
import type { TensorType } from '../graph.ts';
import { sameShape } from '../shape.ts';
import type { PrimitiveName } from './params.ts';

/** The error for operands or parameters that a primitive does not take. */
export function typeError(op: PrimitiveName, message: string, inputs: readonly TensorType[] = []): ValueError {
  const received = inputs.length > 0 ? ` Received: ${inputs.map(formatType).join(', ')}` : '';
  return new ValueError(`${op}: ${message}${received}`, { code: 'graph-type' });
}

/** The operands as a tuple of the expected length. */
export function operands<T>(op: PrimitiveName, inputs: readonly T[], count: 1): readonly [T];
export function operands<T>(op: PrimitiveName, inputs: readonly T[], count: 2): readonly [T, T];
export function operands<T>(op: PrimitiveName, inputs: readonly T[], count: 3): readonly [T, T, T];
export function operands<T>(op: PrimitiveName, inputs: readonly T[], count: number): readonly T[] {
  if (inputs.length !== count) throw typeError(op, `expected ${count} operands, received ${inputs.length}.`);
  return inputs;
}

export const sameType = (a: TensorType, b: TensorType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Refuses operands of different types. */
export function requireSameTypes(op: PrimitiveName, inputs: readonly TensorType[]): void {
  const [first] = inputs;
  if (first && !inputs.every((type) => sameType(type, first))) {
    throw typeError(op, 'expected operands of equal dtype and shape (cast and broadcast them first).', inputs);
  }
}

/** Refuses operands of different dtypes. */
export function requireSameDTypes(op: PrimitiveName, inputs: readonly TensorType[]): void {
  if (!inputs.every((type) => type.dtype === inputs[0]?.dtype))
    throw typeError(op, 'expected operands of one dtype (cast them first).', inputs);
}

/** Refuses a parameter list that has not one entry per axis. */
export function requirePerAxis(op: PrimitiveName, name: string, list: readonly unknown[], rank: number): void {
  if (list.length !== rank) throw typeError(op, `expected one entry of \`${name}\` per axis (${rank}), received ${list.length}.`);
}

/** Refuses axes that are out of range or repeated. */
export function requireAxes(op: PrimitiveName, name: string, axes: readonly number[], rank: number): void {
  const isInRange = (axis: number): boolean => Number.isInteger(axis) && axis >= 0 && axis < rank;
  if (!axes.every(isInRange) || new Set(axes).size !== axes.length) {
    throw typeError(op, `expected distinct axes below ${rank} in \`${name}\`, received [${axes.join(', ')}].`);
  }
}

/** Refuses dimensions that are not non-negative integers. */
export function requireDimensions(op: PrimitiveName, name: string, shape: readonly number[]): void {
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw typeError(op, `expected non-negative integers in \`${name}\`, received [${shape.join(', ')}].`);
  }
}

/** Refuses entries that are not integers of at least `least`. */
export function requireIntegers(op: PrimitiveName, name: string, list: readonly number[], least = Number.MIN_SAFE_INTEGER): void {
  if (!list.every((entry) => Number.isSafeInteger(entry) && entry >= least)) {
    const bound = least === Number.MIN_SAFE_INTEGER ? 'integers' : `integers of at least ${least}`;
    throw typeError(op, `expected ${bound} in \`${name}\`, received [${list.join(', ')}].`);
  }
}

export const isNumber = (dtype: DType): boolean => isFloat(dtype) || isInteger(dtype);
