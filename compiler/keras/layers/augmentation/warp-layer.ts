// Layers that move pixels: images with interpolation, masks by their nearest neighbours.
import type { Tensor } from '../../../trace/tensor.ts';
import { AFFINE_FILL_MODES, type AffineFillMode } from '../../ops/image/projective.ts';
import { SAMPLINGS, type Sampling } from '../../ops/image/sample.ts';
import * as ops from '../../ops/index.ts';
import { requireSupported } from './factors.ts';
import { RandomImageLayer, type RandomImageLayerOptions } from './image-layer.ts';

export interface WarpOptions extends RandomImageLayerOptions {
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
  /** What stands beyond the edges. Default `reflect`. */
  readonly fillMode?: AffineFillMode;
  /** Default 0. */
  readonly fillValue?: number;
}

/** Layers whose images are seen through a projective map of the plane. */
export abstract class WarpLayer<T> extends RandomImageLayer<T> {
  readonly interpolation: Sampling;
  readonly fillMode: AffineFillMode;
  readonly fillValue: number;

  constructor(options: WarpOptions = {}) {
    super(options);
    this.interpolation = requireSupported('interpolation', options.interpolation ?? 'bilinear', SAMPLINGS);
    this.fillMode = requireSupported('fill_mode', options.fillMode ?? 'reflect', AFFINE_FILL_MODES);
    this.fillValue = options.fillValue ?? 0;
  }

  /** Rows of eight numbers, as `ops.image.affineTransform` takes them. */
  protected abstract matrixOf(transformation: T, images: Tensor): Tensor;

  #warp(images: Tensor, transformation: T, interpolation: Sampling): Tensor {
    const { fillMode, fillValue } = this;
    return ops.image.affineTransform(images, this.matrixOf(transformation, images), {
      interpolation,
      fillMode,
      fillValue,
      dataFormat: 'channels_last',
    });
  }

  override transformImages(images: Tensor, transformation: T): Tensor {
    return this.#warp(images, transformation, this.interpolation);
  }

  override transformSegmentationMasks(masks: Tensor, transformation: T): Tensor {
    return this.#warp(masks, transformation, 'nearest');
  }

  override getConfig(): Record<string, unknown> {
    const { interpolation, fillMode, fillValue } = this;
    return { ...super.getConfig(), interpolation, fillMode, fillValue };
  }
}

/** Rows of eight out of eight columns [batch]; numbers are the same for all images. */
export function matrixRows(batch: number, columns: readonly (Tensor | number)[]): Tensor {
  const full = columns.map((column) =>
    typeof column === 'number' ? ops.full([batch], column, { dtype: 'float32' }) : ops.cast(ops.reshape(column, [batch]), 'float32'),
  );
  return ops.stack(full, { axis: 1 });
}
