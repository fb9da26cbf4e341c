// Asymmetric quantization in groups of rows: each group of a column has a scale and the whole number that stands for zero.
import type { Tensor } from '../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';
import type { ValueRange } from './abs-max.ts';

export interface GroupedOptions {
  /** Rows in a group. */
  readonly blockSize: number;
  /** Default [-8, 7]: 4 bits. */
  readonly valueRange?: ValueRange;
  readonly epsilon?: number;
}

export interface GroupedValues {
  /** (rows, columns), int8. */
  readonly values: Tensor;
  /** (groups, columns): value = (whole number - zero) * scale. */
  readonly scale: Tensor;
  /** (groups, columns), int8. */
  readonly zero: Tensor;
}

/** Quantizes each group of rows of a column with a scale and a zero of its own: values, scales, zeros. */
export function absMaxQuantizeGroupedWithZeroPoint(
  inputs: TensorLike,
  { blockSize, valueRange: [lowest, highest] = [-8, 7], epsilon = 1e-7 }: GroupedOptions,
): GroupedValues {
  const x = toTensor(inputs);
  const [rows, columns] = x.shape as [number, number];
  const groups = Math.ceil(rows / blockSize);
  const padded = ops.pad(x, [
    [0, groups * blockSize - rows],
    [0, 0],
  ]);
  const grouped = ops.reshape(padded, [groups, blockSize, columns]);
  const least = ops.min(grouped, { axis: 1, keepdims: true });
  const greatest = ops.max(grouped, { axis: 1, keepdims: true });
  const scale = ops.divide(ops.add(ops.subtract(greatest, least), epsilon), highest - lowest);
  const zero = ops.clip(ops.add(ops.round(ops.divide(ops.negative(least), scale)), lowest), lowest, highest);
  const whole = ops.clip(ops.add(ops.round(ops.divide(grouped, scale)), zero), lowest, highest);
  const flat = ops.reshape(ops.cast(whole, 'int8'), [groups * blockSize, columns]);
  return {
    values: ops.slice(flat, [0, 0], [rows, columns]),
    scale: ops.squeeze(scale, { axis: 1 }),
    zero: ops.cast(ops.squeeze(zero, { axis: 1 }), 'int8'),
  };
}

/** The values that whole numbers stand for; `groups` says along `axis` to which group each belongs. */
export function dequantizeGroups(values: Tensor, scale: TensorLike, zero: TensorLike, groups: TensorLike, axis: number): Tensor {
  const indices = ops.cast(groups, 'int32');
  const scales = ops.take(scale, indices, { axis });
  const zeros = ops.cast(ops.take(zero, indices, { axis }), scales.dtype);
  return ops.multiply(ops.subtract(ops.cast(values, scales.dtype), zeros), scales);
}
