// The activation functions that differ from the `ops.*` function of the same name, or have none.
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { type TensorLike, toTensor } from '../ops/convert.ts';
import * as ops from '../ops/index.ts';

/** The tensor itself. */
export const linear = defineOp('linear', ['x'], (x: TensorLike): Tensor => toTensor(x));
/** `exp(x)`. */
export const exponential = ops.exp;
/** `x * tanh(softplus(x))`. */
export const mish = defineOp('mish', ['x'], (x: TensorLike): Tensor => ops.multiply(x, ops.tanh(ops.softplus(x))));
/** `x * P(X <= x)` for a standard normal X; exact by default, unlike `ops.gelu`. */
export const gelu = (x: TensorLike, { approximate = false }: { readonly approximate?: boolean } = {}): Tensor =>
  ops.gelu(x, { approximate });

export interface ReluOptions {
  /** Factor of values below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** The largest result: none by default. */
  readonly maxValue?: number | null;
  /** Values up to it are damped. Default 0. */
  readonly threshold?: number;
}

/**
 * With the defaults `max(x, 0)`. In general `maxValue` where x >= maxValue, x where threshold <= x < maxValue,
 * and `negativeSlope * (x - threshold)` below.
 */
export function relu(x: TensorLike, { negativeSlope = 0, maxValue = null, threshold = 0 }: ReluOptions = {}): Tensor {
  if (negativeSlope === 0 && threshold === 0) return boundedRelu(x, maxValue);
  if (threshold === 0 && maxValue === null) return ops.leakyRelu(x, { negativeSlope });
  const tensor = toTensor(x);
  const kept = threshold === 0 ? ops.relu(tensor) : ops.multiply(tensor, ops.cast(ops.greater(tensor, threshold), tensor.dtype));
  const positive = maxValue === null ? kept : ops.clip(kept, 0, maxValue);
  if (negativeSlope === 0) return positive;
  const negative = ops.relu(ops.subtract(threshold, tensor));
  return ops.subtract(positive, ops.multiply(negative, negativeSlope));
}

function boundedRelu(x: TensorLike, maxValue: number | null): Tensor {
  if (maxValue === null) return ops.relu(x);
  return maxValue === 6 ? ops.relu6(x) : ops.minimum(ops.relu(x), maxValue);
}
