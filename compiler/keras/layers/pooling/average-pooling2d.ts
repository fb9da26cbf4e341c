// The mean of windows of images.
import { BasePooling, type PoolingOptions } from './base-pooling.ts';

/**
 * (batch, height, width, channels) -> smaller images. Padding does not count in the mean.
 *
 * @example new layers.AveragePooling2D(2)(x)
 */
export class AveragePooling2D extends BasePooling {
  static override readonly positional: readonly string[] = ['poolSize'];

  constructor(poolSize: number | readonly number[], options: PoolingOptions = {}) {
    super('average', 2, poolSize, options);
  }
}
