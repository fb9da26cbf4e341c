// How far two tensors are apart, in the measure that builds are judged by.
import type { DType } from '../ir/dtype.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { readElements } from '../ir/reference/elements.ts';

export interface Difference {
  /** Largest |actual - expected|, divided by the largest |expected| where that is above 1. */
  readonly scaled: number;
  /** Where it is, and the two values there; -1 where nothing differs. */
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/** Equal infinities and NaN in the same place count as equal; NaN in one alone is an infinite difference. */
export function largestDifference(actual: NDArray, expected: NDArray): Difference {
  const found = readElements(actual);
  const wanted = readElements(expected);
  let largest = 0;
  let at = -1;
  let scale = 1;
  for (let index = 0; index < wanted.length; index++) {
    const a = Number(found[index]);
    const b = Number(wanted[index]);
    if (Number.isFinite(b)) scale = Math.max(scale, Math.abs(b));
    const distance = distanceOf(a, b);
    if (distance > largest) {
      largest = distance;
      at = index;
    }
  }
  return { scaled: largest / scale, index: at, actual: Number(found[at]), expected: Number(wanted[at]) };
}

function distanceOf(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

/** What builds are held to where the user says nothing. */
export const DEFAULT_TOLERANCE = 1e-4;

/** Two roundings of a 16-bit float, where a tensor of that type cannot be as exact as was asked for. */
const COARSEST: Partial<Record<DType, number>> = { float16: 2 ** -10, bfloat16: 2 ** -7 };

export const toleranceFor = (dtype: DType, tolerance: number): number => Math.max(tolerance, COARSEST[dtype] ?? 0);
