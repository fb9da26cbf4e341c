// Reads tensors as plain numbers and makes test data without chance.
import { decodeFloat } from '../../../compiler/ir/float16.ts';
import type { Tensor } from '../../../compiler/trace/tensor.ts';
import { tensorOf } from '../../../compiler/trace/tensor.ts';

/** The elements as numbers, row-major. */
export function numbersOf(tensor: Tensor): number[] {
  const { dtype, data } = tensor.value;
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  return Array.from(data as ArrayLike<number | bigint>, (item) => (isHalf ? decodeFloat(dtype, Number(item)) : Number(item)));
}

/** A float32 tensor of values between -1 and 1 that look random. */
export function sample(shape: readonly number[], seed = 1): Tensor {
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensorOf(
    'float32',
    shape,
    Float32Array.from({ length: count }, (_, index) => Math.sin((index + 1) * 12.9898 * seed)),
  );
}

/** The largest difference, relative to the largest expected value or 1. */
export function worstDifference(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs((found[index] ?? Number.NaN) - value))) / scale;
}

/** Rounding of float32: a sum of `terms` products is off by at most this, relative to the sum of their sizes. */
export const float32Error = (terms = 1): number => (terms + 2) * 2 ** -24 * 4;
