// Repeats the steps of sequences.
import { quote, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { withFirst } from '../arguments.ts';

export interface UpSampling1DOptions extends LayerOptions {
  /** Default 2. */
  readonly size?: number;
}

/** (batch, steps, channels) -> (batch, size * steps, channels). */
export class UpSampling1D extends Layer {
  readonly size: number;

  constructor(size?: number | UpSampling1DOptions, options?: UpSampling1DOptions) {
    const given = withFirst<'size', UpSampling1DOptions>('size', size, options);
    super(given);
    const factor = given.size ?? 2;
    if (!Number.isInteger(factor)) throw new TypeError(`Expected an integer value for \`size\`, got ${quote(factor)}.`);
    if (factor <= 0)
      throw new ValueError(`Argument \`size\` should be a positive integer. Received: size=${factor}`, { code: 'arguments' });
    this.size = factor;
    this.inputSpec = { ndim: 3 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.repeat(inputs, this.size, { axis: 1 });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), size: this.size };
  }
}
