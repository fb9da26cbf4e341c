// Adds up the cotangents of a tensor that several applications read.
import { lax } from '../trace/lax.ts';
import type { Tensor } from '../trace/tensor.ts';

/** The sum of one or more tensors of one type. */
export function sumCotangents(list: readonly Tensor[]): Tensor {
  return list.reduce((sum, cotangent) => lax.add(sum, cotangent));
}
