import { describe, expect, it } from 'vitest';
import { largestDifference, toleranceFor } from '../../compiler/build/difference.ts';
import { type NDArray, ndarray } from '../../compiler/ir/ndarray.ts';

const floats = (...values: number[]): NDArray => ndarray('float32', [values.length], Float32Array.from(values));

describe('the largest difference', () => {
  it('is absolute where the reference stays within 1', () => {
    expect(largestDifference(floats(0.5, 0.25), floats(0.5, 0.5))).toEqual({ scaled: 0.25, index: 1, actual: 0.25, expected: 0.5 });
  });

  it('is divided by the largest value of the reference above 1', () => {
    expect(largestDifference(floats(99, -200), floats(100, -200)).scaled).toBe(1 / 200);
  });

  it('is zero for equal infinities and for NaN in the same place', () => {
    expect(largestDifference(floats(Infinity, NaN, -Infinity), floats(Infinity, NaN, -Infinity)).scaled).toBe(0);
  });

  it.each([
    [NaN, 1],
    [1, NaN],
    [Infinity, 1],
    [Infinity, -Infinity],
  ])('is infinite between %s and %s', (actual, expected) => {
    expect(largestDifference(floats(actual), floats(expected)).scaled).toBe(Infinity);
  });

  it('compares 16-bit floats by value and wide integers as numbers', () => {
    const half = (bits: number): NDArray => ndarray('float16', [1], Uint16Array.of(bits));
    expect(largestDifference(half(0x3c00), half(0x3800)).scaled).toBe(0.5);
    const wide = (value: bigint): NDArray => ndarray('int64', [1], BigInt64Array.of(value));
    expect(largestDifference(wide(3n), wide(4n)).scaled).toBe(1 / 4);
  });

  it('is allowed two roundings of a 16-bit float', () => {
    expect(toleranceFor('float32', 1e-4)).toBe(1e-4);
    expect(toleranceFor('float16', 1e-4)).toBe(2 ** -10);
    expect(toleranceFor('bfloat16', 0.1)).toBe(0.1);
  });
});
