// The mean of windows of sequences.
import { BasePooling, type PoolingOptions } from './base-pooling.ts';

/**
 * (batch, steps, channels) -> smaller sequences. Padding does not count in the mean.
 *
 * @example new layers.AveragePooling1D(2)(x)
 */
export class AveragePooling1D extends BasePooling {
  static override readonly positional: readonly string[] = ['poolSize'];

  constructor(poolSize: number | readonly number[], options: PoolingOptions = {}) {
    super('average', 1, poolSize, options);
  }
}
