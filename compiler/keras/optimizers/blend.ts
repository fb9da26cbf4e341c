// Running means.
import type { Tensor } from '../../trace/tensor.ts';
import type { Variable } from '../../trace/variable.ts';
import * as ops from '../ops/index.ts';

/** Moves a running mean towards a value and returns it: `mean + (value - mean) (1 - keep)`. */
export function blend(mean: Variable, value: Tensor, keep: number): Tensor {
  const old = mean.read();
  const next = ops.add(old, ops.multiply(ops.subtract(value, old), 1 - keep));
  mean.assign(next);
  return next;
}

/** `1 - beta^step`: what a mean that began at 0 has of its weight. */
export const biasCorrection = (beta: number, step: Tensor): Tensor => ops.subtract(1, ops.power(ops.cast(beta, step.dtype), step));
