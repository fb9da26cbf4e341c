// 8-bit floats, which Keras computes with by rounding: no tensor holds them.
import type { DType } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';

export type Float8 = 'float8_e4m3fn' | 'float8_e5m2';

/** Bits of the mantissa, the exponent of the smallest normal number, and the largest number. */
const FORMATS: Readonly<Record<Float8, { readonly mantissa: number; readonly lowest: number; readonly largest: number }>> = {
  float8_e4m3fn: { mantissa: 3, lowest: -6, largest: 448 },
  float8_e5m2: { mantissa: 2, lowest: -14, largest: 57344 },
};

/** Float32 numbers within the range, rounded to the nearest of the format, halves to even. */
function roundToFormat(x: Tensor, format: Float8): Tensor {
  const { mantissa, lowest } = FORMATS[format];
  const dropped = 23 - mantissa;
  const bits = lax.bitcast(x, 'uint32');
  const constant = (value: number): Tensor => lax.full(x.shape, value, 'uint32');
  const last = lax.and(lax.shift_right_logical(bits, constant(dropped)), constant(1));
  const rounded = lax.add(bits, lax.add(constant(2 ** (dropped - 1) - 1), last));
  const normal = lax.bitcast(lax.and(rounded, constant(0xffffffff - (2 ** dropped - 1))), 'float32');
  // Below the smallest normal number the steps stay the same.
  const step = 2 ** (lowest - mantissa);
  const subnormal = ops.multiply(ops.round(ops.divide(x, step)), step);
  return lax.select(ops.less(ops.abs(x), 2 ** lowest), subnormal, normal);
}

/** The values as they are after a way through 8-bit floats times a scale. */
export function quantizeAndDequantize(inputs: TensorLike, scale: TensorLike, format: Float8, computeDtype: DType): Tensor {
  const { largest } = FORMATS[format];
  const factor = ops.cast(scale, computeDtype);
  const scaled = ops.clip(ops.divide(toTensor(inputs), factor), -largest, largest);
  const rounded = roundToFormat(ops.cast(scaled, 'float32'), format);
  return ops.multiply(ops.cast(rounded, computeDtype), factor);
}
