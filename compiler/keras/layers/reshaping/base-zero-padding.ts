// Zeros around the spatial axes.

import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { type Pair, type SpatialPairs, spatialPairs } from './spatial-pairs.ts';

export interface ZeroPaddingOptions extends LayerOptions {
  /** Default 1 on every side. */
  readonly padding?: SpatialPairs;
  readonly dataFormat?: DataFormat | null;
}

export abstract class BaseZeroPadding extends Layer {
  /** One pair per spatial axis. */
  readonly pairs: readonly Pair[];
  readonly dataFormat: DataFormat;

  constructor(rank: number, options: ZeroPaddingOptions) {
    super(options);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.pairs = spatialPairs(options.padding === undefined ? 1 : options.padding, rank, 'padding');
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    const none: Pair = [0, 0];
    return ops.pad(inputs, this.dataFormat === 'channels_last' ? [none, ...this.pairs, none] : [none, none, ...this.pairs]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), padding: this.pairs.length === 1 ? this.pairs[0] : this.pairs, dataFormat: this.dataFormat };
  }
}
