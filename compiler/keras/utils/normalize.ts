// Vectors divided by their norm.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';

export interface NormalizeOptions {
  /** The axis of the vectors. Default -1. */
  readonly axis?: number;
  /** Of the norm. Default 2. */
  readonly order?: number;
}

/** Vectors divided by their norm of any order; zeros stay zeros. A single vector comes back as a row, as in Keras. */
export function normalize(x: ops.TensorLike, { axis = -1, order = 2 }: NormalizeOptions = {}): Tensor {
  const tensor = ops.convertToTensor(x);
  const norms = normOf(ops.abs(tensor), axis, order);
  const safe = ops.where(ops.equal(norms, 0), ops.onesLike(norms), norms) as Tensor;
  const normal = ops.divide(tensor, safe);
  return tensor.rank === 1 ? ops.expandDims(normal, 0) : normal;
}

function normOf(sizes: Tensor, axis: number, order: number): Tensor {
  const options = { axis, keepdims: true };
  if (order === Number.POSITIVE_INFINITY) return ops.max(sizes, options);
  if (order === Number.NEGATIVE_INFINITY) return ops.min(sizes, options);
  if (order === 0) return ops.sum(ops.cast(ops.notEqual(sizes, 0), 'float32'), options);
  if (order === 1) return ops.sum(sizes, options);
  if (order === 2) return ops.sqrt(ops.sum(ops.square(sizes), options));
  return ops.power(ops.sum(ops.power(sizes, order), options), 1 / order);
}
