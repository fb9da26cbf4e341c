// The mean of windows of volumes.
import { BasePooling, type PoolingOptions } from './base-pooling.ts';

/**
 * (batch, depth, height, width, channels) -> smaller volumes. Padding does not count in the mean.
 *
 * @example new layers.AveragePooling3D(2)(x)
 */
export class AveragePooling3D extends BasePooling {
  static override readonly positional: readonly string[] = ['poolSize'];

  constructor(poolSize: number | readonly number[], options: PoolingOptions = {}) {
    super('average', 3, poolSize, options);
  }
}
