// The sum of several inputs, element by element.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { Merge } from './base-merge.ts';

/**
 * A list of tensors whose shapes broadcast -> one tensor.
 *
 * @example new layers.Add()([a, b])
 */
export class Add extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((sum, input) => ops.add(sum, input));
  }
}
