// The product of several inputs, element by element.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import { Merge } from './base-merge.ts';

/**
 * A list of tensors whose shapes broadcast -> one tensor.
 *
 * @example new layers.Multiply()([a, b])
 */
export class Multiply extends Merge {
  protected override merge(inputs: readonly Tensor[]): Tensor {
    return this.fold(ops.multiply, inputs);
  }
}
