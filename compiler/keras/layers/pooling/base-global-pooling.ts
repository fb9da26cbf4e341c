// Pooling over all of the spatial axes.

import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { channelAxis } from '../convolutional/conv-shape.ts';

export interface GlobalPoolingOptions extends LayerOptions {
  readonly dataFormat?: DataFormat | null;
  /** Keeps the spatial axes with size 1. */
  readonly keepdims?: boolean;
}

export abstract class BaseGlobalPooling extends Layer {
  readonly poolMode: 'max' | 'average';
  readonly dataFormat: DataFormat;
  readonly keepdims: boolean;

  constructor(poolMode: 'max' | 'average', rank: number, options: GlobalPoolingOptions) {
    super(options);
    this.poolMode = poolMode;
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.keepdims = options.keepdims ?? false;
    this.inputSpec = { ndim: rank + 2 };
  }

  /** The spatial axes. */
  protected axes(rank: number): number[] {
    const first = this.dataFormat === 'channels_last' ? 1 : 2;
    return Array.from({ length: rank - 2 }, (_, index) => first + index);
  }

  override call(inputs: Tensor, ..._rest: unknown[]): Tensor {
    const options = { axis: this.axes(inputs.rank), keepdims: this.keepdims };
    return this.poolMode === 'max' ? ops.max(inputs, options) : ops.mean(inputs, options);
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const channels = inputShape[channelAxis(this.dataFormat, inputShape.length)] ?? null;
    const ones = this.keepdims ? inputShape.slice(2).map(() => 1) : [];
    return this.dataFormat === 'channels_last' ? [inputShape[0] ?? null, ...ones, channels] : [inputShape[0] ?? null, channels, ...ones];
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: this.dataFormat, keepdims: this.keepdims };
  }
}
