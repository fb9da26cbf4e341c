// Marks time steps that are padding.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { TensorLike } from '../../ops/convert.ts';
import * as ops from '../../ops/index.ts';

export interface MaskingOptions extends LayerOptions {
  /** Steps whose features all have this value are padding. Default 0. */
  readonly maskValue?: number;
}

/** Zeroes the masked steps of (batch, time, ..., features) and tells the layers after it. */
export class Masking extends Layer {
  readonly maskValue: number;

  constructor(options: MaskingOptions = {}) {
    super(options);
    this.maskValue = options.maskValue ?? 0;
    this.supportsMasking = true;
  }

  override computeMask(inputs: TensorLike): unknown {
    return ops.any(ops.notEqual(inputs, this.maskValue), { axis: -1 });
  }

  override call(inputs: Tensor): Tensor {
    const isReal = ops.any(ops.notEqual(inputs, this.maskValue), { axis: -1, keepdims: true });
    return ops.where(isReal, inputs, 0) as Tensor;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), maskValue: this.maskValue };
  }
}
