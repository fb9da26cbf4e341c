// Cuts elements off the spatial axes.

import { formatShape, ValueError } from '../../../errors/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { asTuple } from '../arguments.ts';
import { type Pair, type SpatialPairs, spatialPairs } from './spatial-pairs.ts';

export interface CroppingOptions extends LayerOptions {
  readonly cropping?: SpatialPairs;
  readonly dataFormat?: DataFormat | null;
}

export abstract class BaseCropping extends Layer {
  /** One pair per spatial axis. */
  readonly pairs: readonly Pair[];
  readonly dataFormat: DataFormat;

  constructor(rank: number, cropping: SpatialPairs, options: CroppingOptions) {
    super(options);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.pairs = spatialPairs(cropping, rank, 'cropping');
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    const first = this.dataFormat === 'channels_last' ? 1 : 2;
    const pairOf = (axis: number): Pair => this.pairs[axis - first] ?? [0, 0];
    if (inputs.shape.some((size, axis) => pairOf(axis)[0] + pairOf(axis)[1] >= size && axis >= first && axis < first + this.pairs.length))
      this.#refuse(inputs);
    const start = inputs.shape.map((_, axis) => (axis >= first ? pairOf(axis)[0] : 0));
    const sizes = inputs.shape.map((size, axis) => (axis >= first ? size - pairOf(axis)[0] - pairOf(axis)[1] : size));
    return ops.slice(inputs, start, sizes);
  }

  #refuse(inputs: Tensor): never {
    const found = `Received: inputs.shape=${formatShape(inputs.shape)}, cropping=${asTuple(this.#cropping)}`;
    const message =
      this.pairs.length === 1
        ? `\`cropping\` parameter of \`Cropping1D\` layer must be smaller than the input length. ${found}`
        : `Values in \`cropping\` argument should be smaller than the corresponding spatial dimension of the input. ${found}`;
    throw new ValueError(message, { code: 'cropping' });
  }

  get #cropping(): Pair | readonly Pair[] {
    return this.pairs.length === 1 ? (this.pairs[0] as Pair) : this.pairs;
  }

  override getConfig(): Record<string, unknown> {
    const config = { ...super.getConfig(), cropping: this.#cropping };
    return this.pairs.length === 1 ? config : { ...config, dataFormat: this.dataFormat };
  }
}
