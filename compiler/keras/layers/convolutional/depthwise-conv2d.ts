// Depthwise convolution of images.
import { BaseDepthwiseConv, type DepthwiseConvOptions } from './base-depthwise-conv.ts';

/**
 * (batch, height, width, channels) -> the same rank with `channels * depthMultiplier` channels.
 *
 * @example new layers.DepthwiseConv2D(3, { padding: 'same' })(x)
 */
export class DepthwiseConv2D extends BaseDepthwiseConv {
  constructor(kernelSize: number | readonly number[], options: DepthwiseConvOptions = {}) {
    super(2, kernelSize, options);
  }
}
