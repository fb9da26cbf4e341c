// Brings values to another range.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';

export interface RescalingOptions extends LayerOptions {
  /** Default 0. */
  readonly offset?: number | readonly number[];
}

/**
 * `inputs * scale + offset` in the layer's dtype; lists stand for the last axis.
 *
 * @example new layers.Rescaling(1 / 255)(images)
 */
export class Rescaling extends Layer {
  static override readonly positional: readonly string[] = ['scale'];

  readonly scale: number | readonly number[];
  readonly offset: number | readonly number[];

  constructor(scale: number | readonly number[], options: RescalingOptions = {}) {
    super(options);
    this.scale = scale;
    this.offset = options.offset ?? 0;
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    const dtype = this.computeDtype;
    const scaled = ops.multiply(ops.cast(inputs, dtype), ops.convertToTensor(this.scale, { dtype }));
    return ops.add(scaled, ops.convertToTensor(this.offset, { dtype }));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset };
  }
}
