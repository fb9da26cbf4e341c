// The product of several inputs, element by element.
import type { Tensor } from '../../../trace/tensor.ts';
import { setKerasMask } from '../../engine/mask.ts';
import * as ops from '../../ops/index.ts';
import { Merge, wideMaskOf } from './base-merge.ts';

/**
 * A list of tensors whose shapes broadcast -> one tensor.
 *
 * @example new layers.Multiply()([a, b])
 */
export class Multiply extends Merge {
  /** What a mask hides counts as 1; where all inputs have masks and all hide, the product is 0. */
  protected override merge(inputs: readonly Tensor[]): Tensor {
    const masks = inputs.map(wideMaskOf);
    const shown = inputs.map((input, index) => {
      const mask = masks[index];
      return mask ? (ops.where(mask, input, ops.onesLike(input)) as Tensor) : input;
    });
    const product = shown.reduce((output, input) => ops.multiply(output, input));
    if (masks.includes(undefined)) return product;
    const mask = (masks as readonly Tensor[]).reduce((output, item) => ops.logicalOr(output, item));
    const output = ops.where(mask, product, ops.zerosLike(product)) as Tensor;
    setKerasMask(output, ops.any(mask, { axis: -1 }));
    return output;
  }
}
