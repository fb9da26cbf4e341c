// Brings images to one size.
import type { Tensor } from '../../../trace/tensor.ts';
import { Layer, type LayerOptions } from '../../engine/layer.ts';
import type { Interpolation } from '../../ops/image/resize-taps.ts';
import * as ops from '../../ops/index.ts';
import { type DataFormat, standardizeDataFormat } from '../../ops/nn/data-format.ts';

export interface ResizingOptions extends LayerOptions {
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Crops to the target's aspect ratio first, so that nothing is distorted. */
  readonly cropToAspectRatio?: boolean;
  /** Pads to the target's aspect ratio first. */
  readonly padToAspectRatio?: boolean;
  readonly fillMode?: 'constant';
  readonly fillValue?: number;
  /** Widens the filter where the image shrinks. */
  readonly antialias?: boolean;
  readonly dataFormat?: string | null;
}

/**
 * (height, width, channels) or (batch, height, width, channels) -> the target size, in the inputs' dtype.
 *
 * @example new layers.Resizing(224, 224)(images)
 */
export class Resizing extends Layer {
  static override readonly positional: readonly string[] = ['height', 'width'];

  readonly height: number;
  readonly width: number;
  readonly interpolation: Interpolation;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillMode: 'constant';
  readonly fillValue: number;
  readonly antialias: boolean;
  readonly dataFormat: DataFormat;

  constructor(height: number, width: number, options: ResizingOptions = {}) {
    super(options);
    this.height = height;
    this.width = width;
    this.interpolation = options.interpolation ?? 'bilinear';
    this.cropToAspectRatio = options.cropToAspectRatio ?? false;
    this.padToAspectRatio = options.padToAspectRatio ?? false;
    this.fillMode = options.fillMode ?? 'constant';
    this.fillValue = options.fillValue ?? 0;
    this.antialias = options.antialias ?? false;
    this.dataFormat = standardizeDataFormat(options.dataFormat);
  }

  override call(inputs: Tensor): Tensor {
    const { interpolation, antialias, cropToAspectRatio, padToAspectRatio, fillMode, fillValue, dataFormat } = this;
    const options = { interpolation, antialias, cropToAspectRatio, padToAspectRatio, fillMode, fillValue, dataFormat };
    return ops.image.resize(inputs, [this.height, this.width], options);
  }

  override getConfig(): Record<string, unknown> {
    const { height, width, interpolation, antialias, cropToAspectRatio, padToAspectRatio, fillMode, fillValue, dataFormat } = this;
    return {
      ...super.getConfig(),
      height,
      width,
      interpolation,
      cropToAspectRatio,
      padToAspectRatio,
      fillMode,
      fillValue,
      antialias,
      dataFormat,
    };
  }
}
