// Enlarges images by whole factors.

import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Interpolation } from '../../ops/image/resize-taps.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { standardizeTuple, withFirst } from '../arguments.ts';

export interface UpSampling2DOptions extends LayerOptions {
  /** Default 2. */
  readonly size?: number | readonly number[];
  readonly dataFormat?: DataFormat | null;
  /** Default `nearest`, which repeats rows and columns. */
  readonly interpolation?: Interpolation;
}

/** (batch, height, width, channels) -> (batch, size * height, size * width, channels). */
export class UpSampling2D extends Layer {
  readonly size: readonly number[];
  readonly dataFormat: DataFormat;
  readonly interpolation: Interpolation;

  constructor(size?: number | readonly number[] | UpSampling2DOptions, options?: UpSampling2DOptions) {
    const given = withFirst<'size', UpSampling2DOptions>('size', size, options);
    super(given);
    this.size = standardizeTuple(given.size ?? 2, 2, 'size');
    this.dataFormat = standardizeDataFormat(given.dataFormat);
    this.interpolation = (given.interpolation ?? 'nearest').toLowerCase() as Interpolation;
    this.inputSpec = { ndim: 4 };
  }

  override call(inputs: Tensor): Tensor {
    const { dataFormat, interpolation } = this;
    const first = dataFormat === 'channels_last' ? 1 : 2;
    const [height, width] = this.size as readonly [number, number];
    if (interpolation === 'nearest') return ops.repeat(ops.repeat(inputs, height, { axis: first }), width, { axis: first + 1 });
    const target = [(inputs.shape[first] as number) * height, (inputs.shape[first + 1] as number) * width];
    return ops.image.resize(inputs, target, { dataFormat, interpolation });
  }

  override getConfig(): Record<string, unknown> {
    const { size, dataFormat, interpolation } = this;
    return { ...super.getConfig(), size, dataFormat, interpolation };
  }
}
