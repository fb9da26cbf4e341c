// The mean of several inputs, element by element.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { Merge } from './base-merge.ts';

/**
 * A list of tensors whose shapes broadcast -> one tensor.
 *
 * @example new layers.Average()([a, b])
 */
export class Average extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    const total = inputs.reduce((sum, input) => ops.add(sum, input));
    // Keras divides with TensorFlow's own operator, which gives float64 for wide integers.
    const isWide = total.dtype === 'int32' || total.dtype === 'int64';
    return ops.divide(isWide ? ops.cast(total, 'float64') : total, inputs.length);
  }
}
