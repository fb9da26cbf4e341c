// Depthwise convolution of sequences.
import { BaseDepthwiseConv, type DepthwiseConvOptions } from './base-depthwise-conv.ts';

/**
 * (batch, steps, channels) -> the same rank with `channels * depthMultiplier` channels.
 *
 * @example new layers.DepthwiseConv1D(3, { padding: 'same' })(x)
 */
export class DepthwiseConv1D extends BaseDepthwiseConv {
  constructor(kernelSize: number | readonly number[], options: DepthwiseConvOptions = {}) {
    super(1, kernelSize, options);
  }
}
