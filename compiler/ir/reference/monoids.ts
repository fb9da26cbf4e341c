// The associative operations of reductions: neutral element and combination, for each dtype.
import { type DType, is64BitInteger, isFloat, isInteger } from '../dtype.ts';
import type { ReduceKind } from '../primitives/params.ts';

/** Over numbers or bigints, as the dtype's elements are; typed as numbers, since the code is the same. */
export interface Monoid {
  readonly neutral: number;
  combine(a: number, b: number): number;
}

const BITS = { int8: 8, int16: 16, int32: 32, int64: 64, uint8: 8, uint16: 16, uint32: 32, uint64: 64 } as const;

/** The operation `kind` on elements of `dtype`. Floats combine in double; integers wrap when they are stored. */
export function monoid(kind: ReduceKind, dtype: DType): Monoid {
  const operation = { neutral: neutralElement(kind, dtype), combine: COMBINE[kind] };
  if (!isInteger(dtype) || (kind !== 'sum' && kind !== 'product')) return operation;
  // A sum of 32-bit integers stays exact in double only if each step wraps.
  return { ...operation, combine: is64BitInteger(dtype) ? WRAP64[kind] : WRAP32[kind] };
}

const COMBINE: Record<ReduceKind, Monoid['combine']> = {
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
  // NaN on either side wins.
  max: (a, b) => (a !== a || a > b ? a : b),
  min: (a, b) => (a !== a || a < b ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
};

const WRAP32 = {
  sum: (a: number, b: number): number => (a + b) | 0,
  product: (a: number, b: number): number => Math.imul(a, b),
};

const WRAP64 = {
  sum: (a: number, b: number): number => BigInt.asIntN(64, (a as unknown as bigint) + (b as unknown as bigint)) as unknown as number,
  product: (a: number, b: number): number => BigInt.asIntN(64, (a as unknown as bigint) * (b as unknown as bigint)) as unknown as number,
};

function neutralElement(kind: ReduceKind, dtype: DType): number {
  const value = neutralNumber(kind, dtype);
  return is64BitInteger(dtype) ? (BigInt(value) as unknown as number) : Number(value);
}

function neutralNumber(kind: ReduceKind, dtype: DType): number | bigint {
  switch (kind) {
    case 'sum':
    case 'or':
      return 0;
    case 'product':
    case 'and':
      return 1;
    case 'max':
      return smallest(dtype);
    case 'min':
      return largest(dtype);
  }
}

/** The smallest value of a dtype: minus infinity for floats. */
export function smallest(dtype: DType): number | bigint {
  if (isFloat(dtype)) return Number.NEGATIVE_INFINITY;
  if (dtype === 'bool' || !dtype.startsWith('int')) return 0;
  return -(2n ** BigInt(BITS[dtype as keyof typeof BITS] - 1));
}

/** The largest value of a dtype: infinity for floats. */
export function largest(dtype: DType): number | bigint {
  if (isFloat(dtype)) return Number.POSITIVE_INFINITY;
  if (dtype === 'bool') return 1;
  const bits = BigInt(BITS[dtype as keyof typeof BITS]);
  return 2n ** (dtype.startsWith('int') ? bits - 1n : bits) - 1n;
}

/** Width of an integer dtype. */
export const integerBits = (dtype: DType): number => BITS[dtype as keyof typeof BITS] ?? 1;
