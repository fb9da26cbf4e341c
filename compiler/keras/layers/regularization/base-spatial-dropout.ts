// Drops whole channels while training.

import type { Tensor } from '../../../trace/tensor.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { dropout } from '../../ops/random-numbers.ts';
import { requireRate } from '../arguments.ts';
import { RandomLayer, type RandomLayerOptions } from './random-layer.ts';

export interface SpatialDropoutOptions extends RandomLayerOptions {
  readonly dataFormat?: DataFormat | null;
}

export abstract class BaseSpatialDropout extends RandomLayer {
  static override readonly positional: readonly string[] = ['rate'];

  readonly rate: number;
  readonly dataFormat: DataFormat;

  constructor(rank: number, rate: number, options: SpatialDropoutOptions) {
    super(requireRate(rate, 'rate') > 0, options);
    this.rate = rate;
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  protected override disturb(inputs: Tensor, seed: Tensor): Tensor {
    const channel = this.dataFormat === 'channels_last' ? inputs.rank - 1 : 1;
    return dropout(
      inputs,
      this.rate,
      seed,
      inputs.shape.map((dim, axis) => (axis === 0 || axis === channel ? dim : 1)),
    );
  }

  /** As in Keras, without `trainable`. */
  override getConfig(): Record<string, unknown> {
    const { rate, seed, name } = this;
    const config = { rate, seed, name, dtype: this.dtype };
    return this.inputSpecRank() === 3 ? config : { ...config, dataFormat: this.dataFormat };
  }

  protected inputSpecRank(): number | undefined {
    return Array.isArray(this.inputSpec) ? undefined : (this.inputSpec as { readonly ndim?: number } | undefined)?.ndim;
  }
}
