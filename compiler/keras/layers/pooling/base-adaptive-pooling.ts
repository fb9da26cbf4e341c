// Pooling to a given output size, whatever the input's.

import type { Tensor } from '../../../trace/tensor.ts';
import type { KerasShape } from '../../engine/keras-tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';
import { standardizeTuple } from '../arguments.ts';
import { channelAxis, replaceSpatial } from '../convolutional/conv-shape.ts';

export interface AdaptivePoolingOptions extends LayerOptions {
  readonly dataFormat?: DataFormat | null;
}

export abstract class BaseAdaptivePooling extends Layer {
  static override readonly positional: readonly string[] = ['outputSize'];

  readonly poolMode: 'max' | 'average';
  readonly outputSize: readonly number[];
  readonly dataFormat: DataFormat;

  constructor(poolMode: 'max' | 'average', rank: number, outputSize: number | readonly number[], options: AdaptivePoolingOptions) {
    super(options);
    this.poolMode = poolMode;
    this.outputSize = standardizeTuple(outputSize, rank, 'output_size');
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    const pool = this.poolMode === 'max' ? ops.adaptiveMaxPool : ops.adaptiveAveragePool;
    return pool(inputs, this.outputSize, { dataFormat: this.dataFormat });
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    return replaceSpatial(
      inputShape,
      this.dataFormat,
      this.outputSize,
      inputShape[channelAxis(this.dataFormat, inputShape.length)] ?? null,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), outputSize: this.outputSize, dataFormat: this.dataFormat };
  }
}
