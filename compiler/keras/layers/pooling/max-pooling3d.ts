// The maximum of windows of volumes.
import { withFirst } from '../arguments.ts';
import { BasePooling, type MaxPoolingOptions } from './base-pooling.ts';

/**
 * (batch, depth, height, width, channels) -> smaller volumes. The pool size may stand alone as first argument.
 *
 * @example new layers.MaxPooling3D(2)(x)
 */
export class MaxPooling3D extends BasePooling {
  constructor(poolSize?: number | readonly number[] | MaxPoolingOptions, options?: MaxPoolingOptions) {
    const given = withFirst<'poolSize', MaxPoolingOptions>('poolSize', poolSize, options);
    super('max', 3, given.poolSize ?? 2, given);
  }
}
