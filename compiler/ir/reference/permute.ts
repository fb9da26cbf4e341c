// Permutes the axes of an array.
import { allocate } from '../dtype.ts';
import type { NDArray } from '../ndarray.ts';
import { stridesOf } from '../shape.ts';
import { copyStrided } from './strided-copy.ts';

/** Result axis k is axis `permutation[k]` of `x`; `x` itself if nothing moves. */
export function permute(x: NDArray, permutation: readonly number[]): NDArray {
  const shape = permutation.map((axis) => x.shape[axis] as number);
  if (permutation.every((axis, index) => axis === index)) return x;
  const data = allocate(x.dtype, x.data.length);
  const own = stridesOf(x.shape);
  const strides = permutation.map((axis) => own[axis] as number);
  copyStrided(shape, x.data, { offset: 0, strides }, data, { offset: 0, strides: stridesOf(shape) });
  return { dtype: x.dtype, shape, data };
}
