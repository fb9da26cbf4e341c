// From arrays that a step returns to numbers in logs.
import { decodeFloat } from '../../ir/float16.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import type { Logs } from '../callbacks/callback.ts';
import type { Nested } from '../engine/structure.ts';

/** The numbers under their names. A vector becomes an array of numbers, in spite of the type. */
export function toLogs(result: Nested<NDArray>): Logs {
  if (Array.isArray(result) || 'dtype' in result) return {};
  return sortLogs(Object.fromEntries(Object.entries(result as Record<string, NDArray>).map(([name, value]) => [name, toNumber(value)])));
}

/** Names in alphabetical order, as Keras shows them. */
export const sortLogs = (logs: Logs): Logs => Object.fromEntries(Object.entries(logs).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A scalar as a number. */
export function toNumber({ dtype, shape, data }: NDArray): number {
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  const numbers = Array.from(data as ArrayLike<number | bigint>, (value) => (isHalf ? decodeFloat(dtype, Number(value)) : Number(value)));
  return shape.length === 0 ? (numbers[0] as number) : (nest(numbers, shape) as number);
}

function nest(numbers: readonly number[], shape: readonly number[]): unknown {
  const [first, ...rest] = shape;
  if (first === undefined) return numbers[0];
  const size = numbers.length / Math.max(first, 1);
  return Array.from({ length: first }, (_, index) => nest(numbers.slice(index * size, (index + 1) * size), rest));
}
