// Pooling layers over windows.

import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { standardizePadding, standardizeTuple } from '../arguments.ts';
import { channelAxis, convOutputShape } from '../convolutional/conv-shape.ts';

export interface PoolingOptions extends LayerOptions {
  /** Steps between windows; the pool size by default. */
  readonly strides?: number | readonly number[] | null;
  /** `valid` (the default) or `same`. */
  readonly padding?: 'valid' | 'same';
  readonly dataFormat?: DataFormat | null;
}

export interface MaxPoolingOptions extends PoolingOptions {
  /** Default 2. */
  readonly poolSize?: number | readonly number[];
}

export abstract class BasePooling extends Layer {
  readonly poolMode: 'max' | 'average';
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly dataFormat: DataFormat;

  constructor(poolMode: 'max' | 'average', rank: number, poolSize: number | readonly number[], options: PoolingOptions) {
    super(options);
    this.poolMode = poolMode;
    this.poolSize = standardizeTuple(poolSize, rank, 'pool_size');
    this.strides = standardizeTuple(options.strides ?? poolSize, rank, 'strides', { allowZero: true });
    this.padding = standardizePadding(options.padding ?? 'valid', ['valid', 'same']);
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    const { strides, padding, dataFormat } = this;
    const pool = this.poolMode === 'max' ? ops.maxPool : ops.averagePool;
    return pool(inputs, this.poolSize, { strides, padding, dataFormat });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const channels = inputShape[channelAxis(this.dataFormat, inputShape.length)] as number;
    const geometry = {
      kernelSize: this.poolSize,
      strides: this.strides,
      dilationRate: this.poolSize.map(() => 1),
      padding: this.padding,
      dataFormat: this.dataFormat,
    };
    return convOutputShape(inputShape, channels, geometry, this.poolSize);
  }

  override getConfig(): Record<string, unknown> {
    const { poolSize, padding, strides, dataFormat } = this;
    return { ...super.getConfig(), poolSize, padding, strides, dataFormat };
  }
}
