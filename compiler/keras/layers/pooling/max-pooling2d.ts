// The maximum of windows of images.
import { withFirst } from '../arguments.ts';
import { BasePooling, type MaxPoolingOptions } from './base-pooling.ts';

/**
 * (batch, height, width, channels) -> smaller images. The pool size may stand alone as first argument.
 *
 * @example new layers.MaxPooling2D(2)(x)
 */
export class MaxPooling2D extends BasePooling {
  constructor(poolSize?: number | readonly number[] | MaxPoolingOptions, options?: MaxPoolingOptions) {
    const given = withFirst<'poolSize', MaxPoolingOptions>('poolSize', poolSize, options);
    super('max', 2, given.poolSize ?? 2, given);
  }
}
