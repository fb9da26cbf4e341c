// The axes in another order.
import { ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { asTuple } from '../arguments.ts';

/**
 * Axis k of the result (from 1, the batch stays) is axis `dims[k - 1]` of the inputs.
 *
 * @example new layers.Permute([2, 1])(x)
 */
export class Permute extends Layer {
  static override readonly positional: readonly string[] = ['dims'];

  readonly dims: readonly number[];

  constructor(dims: readonly number[], options: LayerOptions = {}) {
    super(options);
    if (![...dims].sort((a, b) => a - b).every((dim, index) => dim === index + 1)) {
      throw new ValueError(
        `Invalid permutation argument \`dims\` for Permute Layer. The set of indices in \`dims\` must be consecutive and start from 1. Received dims=${asTuple(dims)}`,
        { code: 'arguments' },
      );
    }
    this.dims = dims;
    this.inputSpec = { ndim: dims.length + 1 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.transpose(inputs, { axes: [0, ...this.dims] });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dims: this.dims };
  }
}
