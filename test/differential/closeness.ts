// How far results of random graphs may be apart.
import type { NDArray } from '../../compiler/ir/ndarray.ts';

/**
 * The reference rounds each operation's double result once; kernels round every product and sum to 24 bits. A few dozen
 * operations on values of up to 1e3 leave the last digits open: 1e-4 of the largest value.
 */
export const TOLERANCE = 1e-4;

/** The largest difference, in units of max(1, largest finite reference value); infinite where NaN or infinities differ. */
export function scaledDifference(actual: { readonly data: ArrayLike<unknown> }, expected: NDArray): number {
  const reference = Array.from(expected.data as ArrayLike<number | bigint>, Number);
  const found = Array.from(actual.data, Number);
  const scale = reference.filter(Number.isFinite).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return reference.reduce((worst, value, index) => {
    const other = found[index] as number;
    if (Object.is(value, other) || value === other || (Number.isNaN(value) && Number.isNaN(other))) return worst;
    return Number.isFinite(value) && Number.isFinite(other) ? Math.max(worst, Math.abs(value - other) / scale) : Number.POSITIVE_INFINITY;
  }, 0);
}
