// All axes but the batch as one.

import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';

export interface FlattenOptions extends LayerOptions {
  /** Channels first are moved to the end before, so that both formats give the same order. */
  readonly dataFormat?: DataFormat | null;
}

/** (batch, ...) -> (batch, features). */
export class Flatten extends Layer {
  readonly dataFormat: DataFormat;

  constructor(options: FlattenOptions = {}) {
    super(options);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.inputSpec = { minNdim: 1 };
  }

  override call(inputs: Tensor): Tensor {
    const isFirst = this.dataFormat === 'channels_first' && inputs.rank > 2;
    const ordered = isFirst ? ops.moveaxis(inputs, 1, -1) : inputs;
    const features = inputs.shape.slice(1).reduce((product, dim) => product * dim, 1);
    return ops.reshape(ordered, [inputs.shape[0] as number, features]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: this.dataFormat };
  }
}
