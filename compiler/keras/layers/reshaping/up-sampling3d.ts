// Repeats the planes, rows and columns of volumes.

import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { standardizeTuple, withFirst } from '../arguments.ts';

export interface UpSampling3DOptions extends LayerOptions {
  /** Default 2. */
  readonly size?: number | readonly number[];
  readonly dataFormat?: DataFormat | null;
}

/** (batch, depth, height, width, channels) -> the same with each spatial size multiplied. */
export class UpSampling3D extends Layer {
  readonly size: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(size?: number | readonly number[] | UpSampling3DOptions, options?: UpSampling3DOptions) {
    const given = withFirst<'size', UpSampling3DOptions>('size', size, options);
    super(given);
    this.size = standardizeTuple(given.size ?? 2, 3, 'size');
    this.dataFormat = standardizeDataFormat(given.dataFormat);
    this.inputSpec = { ndim: 5 };
  }

  override call(inputs: Tensor): Tensor {
    const first = this.dataFormat === 'channels_last' ? 1 : 2;
    return this.size.reduce((volume, factor, index) => ops.repeat(volume, factor, { axis: first + index }), inputs);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), size: this.size, dataFormat: this.dataFormat };
  }
}
