// The exponential linear unit as a layer.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { withFirst } from '../arguments.ts';

export interface ELUOptions extends LayerOptions {
  /** Default 1. */
  readonly alpha?: number;
}

/** `x`, or `alpha * (exp(x) - 1)` where x is negative. */
export class ELU extends Layer {
  readonly alpha: number;

  constructor(alpha?: number | ELUOptions, options?: ELUOptions) {
    const given = withFirst<'alpha', ELUOptions>('alpha', alpha, options);
    super(given);
    this.alpha = given.alpha ?? 1;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return ops.elu(inputs, { alpha: this.alpha });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), alpha: this.alpha };
  }
}
