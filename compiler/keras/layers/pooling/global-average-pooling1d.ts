// The mean over all steps of sequences.
import type { Tensor } from '../../../trace/tensor.ts';
import type { CallOptions } from '../../engine/layer-call.ts';
import * as ops from '../../ops/index.ts';
import { BaseGlobalPooling, type GlobalPoolingOptions } from './base-global-pooling.ts';

/** (batch, steps, channels) -> (batch, channels). Masked steps do not count. */
export class GlobalAveragePooling1D extends BaseGlobalPooling {
  constructor(options: GlobalPoolingOptions = {}) {
    super('average', 1, options);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { mask }: CallOptions = {}): Tensor {
    if (!mask) return super.call(inputs);
    const isLast = this.dataFormat === 'channels_last';
    const isReal = ops.cast(ops.expandDims(mask as Tensor, isLast ? 2 : 1), 'bool');
    const options = { axis: isLast ? 1 : 2, keepdims: this.keepdims };
    const total = ops.sum(ops.where(isReal, inputs, 0) as Tensor, options);
    return ops.divide(total, ops.sum(ops.cast(isReal, inputs.dtype), options));
  }

  override computeMask(): undefined {
    return undefined;
  }
}
