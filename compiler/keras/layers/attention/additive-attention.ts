// Attention by the sum of query and key (Bahdanau style).
import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import type { ShapeStructure } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { Attention, type AttentionLayerOptions, sumsOfPairs } from './attention.ts';

export type AdditiveAttentionOptions = Omit<AttentionLayerOptions, 'scoreMode'>;

/**
 * As `Attention`, with the scores `sum(scale tanh(query + key))`; the scale is a weight per feature, on by default.
 *
 * @example new layers.AdditiveAttention()([query, value])
 */
export class AdditiveAttention extends Attention {
  constructor(options: AdditiveAttentionOptions = {}) {
    super({ ...options, useScale: options.useScale ?? true });
  }

  override build(inputShape: ShapeStructure): void {
    this.checkInputs(inputShape);
    const [query] = inputShape as readonly KerasShape[];
    if (this.useScale) this.scale = this.addWeight({ name: 'scale', shape: [query?.at(-1) ?? null], initializer: 'glorot_uniform' });
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const values = ops.tanh(sumsOfPairs(query, key));
    return ops.sum(this.scale ? ops.multiply(this.scale, values) : values, { axis: -1 });
  }

  override getConfig(): Record<string, unknown> {
    const { scoreMode: _fixed, ...config } = super.getConfig();
    return config;
  }
}
