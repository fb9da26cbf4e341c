// The maximum of windows of sequences.
import { withFirst } from '../arguments.ts';
import { BasePooling, type MaxPoolingOptions } from './base-pooling.ts';

/**
 * (batch, steps, channels) -> smaller sequences. The pool size may stand alone as first argument.
 *
 * @example new layers.MaxPooling1D(2)(x)
 */
export class MaxPooling1D extends BasePooling {
  constructor(poolSize?: number | readonly number[] | MaxPoolingOptions, options?: MaxPoolingOptions) {
    const given = withFirst<'poolSize', MaxPoolingOptions>('poolSize', poolSize, options);
    super('max', 1, given.poolSize ?? 2, given);
  }
}
