// Symmetric quantization: whole numbers times a scale that the largest value sets.
import { quote, ValueError } from '../../errors/index.ts';
import type { DType } from '../../ir/dtype.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';

export type ValueRange = readonly [number, number];

export interface AbsMaxOptions {
  /** Axes along which values share a scale. */
  readonly axis: number | readonly number[];
  /** Default [-127, 127]. */
  readonly valueRange?: ValueRange;
  readonly dtype?: DType;
  readonly epsilon?: number;
}

/** The values in the range as whole numbers, and the scales (size 1 along the axes): value = whole number / scale. */
export function absMaxQuantize(
  inputs: TensorLike,
  { axis, valueRange = [-127, 127], dtype = 'int8', epsilon = 1e-7 }: AbsMaxOptions,
): [Tensor, Tensor] {
  const x = toTensor(inputs);
  const largest = ops.max(ops.abs(x), { axis, keepdims: true });
  const scale = ops.cast(ops.divide(valueRange[1], ops.add(largest, epsilon)), x.dtype);
  const whole = ops.clip(ops.round(ops.multiply(x, scale)), ...valueRange);
  return [ops.cast(whole, dtype), scale];
}

export interface AbsMaxQuantizerOptions {
  /** Used where a call names none. */
  readonly axis?: number | readonly number[] | null;
  readonly valueRange?: ValueRange;
  readonly epsilon?: number;
  readonly outputDtype?: DType;
}

/** Quantizes weights or activations by their largest absolute values. */
export class AbsMaxQuantizer {
  readonly axis: readonly number[] | null;
  readonly valueRange: ValueRange;
  readonly epsilon: number;
  readonly outputDtype: DType;

  constructor(options: AbsMaxQuantizerOptions = {}) {
    const { axis = null, valueRange = [-127, 127], epsilon = 1e-7, outputDtype = 'int8' } = options;
    this.axis = typeof axis === 'number' ? [axis] : axis;
    this.valueRange = valueRange;
    this.epsilon = epsilon;
    this.outputDtype = outputDtype;
    if (outputDtype === 'int8' && (valueRange[0] < -128 || valueRange[1] > 127)) {
      throw new ValueError(
        `Quantizer with output_dtype='int8' requires value_range to be within the interval [-128, 127]. Received: value_range=${quote(valueRange)}`,
        { code: 'quantizer' },
      );
    }
  }

  /** The whole numbers and their scales. */
  quantize(x: TensorLike, axis: number | readonly number[] | null = this.axis): [Tensor, Tensor] {
    const { valueRange, epsilon, outputDtype: dtype } = this;
    return absMaxQuantize(x, { axis: axis ?? -1, valueRange, epsilon, dtype });
  }

  getConfig(): Record<string, unknown> {
    const { valueRange, epsilon, outputDtype, axis } = this;
    return { valueRange, epsilon, outputDtype, ...(axis !== null && { axis }) };
  }
}
