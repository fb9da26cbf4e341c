// The middle of images, enlarged first where they are too small.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import { spatialAxes } from '../../ops/image/resize.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';

export interface CenterCropOptions extends LayerOptions {
  readonly dataFormat?: string | null;
  /** The format of bounding boxes beside the images, which this layer does not move. */
  readonly boundingBoxFormat?: string | null;
}

/** (..., height, width, channels) -> the given size, in the layer's dtype. */
export class CenterCrop extends Layer {
  static override readonly positional: readonly string[] = ['height', 'width'];

  readonly height: number;
  readonly width: number;
  readonly dataFormat: DataFormat;
  readonly boundingBoxFormat: string | null;

  constructor(height: number, width: number, options: CenterCropOptions = {}) {
    super(options);
    this.height = height;
    this.width = width;
    this.dataFormat = standardizeDataFormat(options.dataFormat);
    this.boundingBoxFormat = options.boundingBoxFormat ?? null;
  }

  override call(inputs: Tensor): Tensor {
    const images = ops.cast(inputs, this.computeDtype);
    const axes = spatialAxes(images.rank, this.dataFormat);
    const target = [this.height, this.width];
    const spare = axes.map((axis, index) => (images.shape[axis] as number) - (target[index] as number));
    if (spare.some((size) => size < 0)) return ops.image.resize(images, target, { cropToAspectRatio: true, dataFormat: this.dataFormat });
    const at = (axis: number): number => axes.indexOf(axis);
    const start = images.shape.map((_, axis) => (at(axis) === -1 ? 0 : Math.floor((spare[at(axis)] as number) / 2)));
    return ops.slice(
      images,
      start,
      images.shape.map((size, axis) => (at(axis) === -1 ? size : (target[at(axis)] as number))),
    );
  }

  override getConfig(): Record<string, unknown> {
    const { height, width, dataFormat, boundingBoxFormat } = this;
    const config = { ...super.getConfig(), height, width, dataFormat };
    return boundingBoxFormat === null ? config : { ...config, boundingBoxFormat };
  }
}
