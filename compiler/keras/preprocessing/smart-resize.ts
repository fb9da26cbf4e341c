// Resizes images without distorting them: the middle part of the right proportions is cut out first.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';

export interface SmartResizeOptions {
  /** Default bilinear. */
  readonly interpolation?: 'bilinear' | 'nearest' | 'bicubic' | 'lanczos3' | 'lanczos5';
  /** Where the channels are. Default channels_last. */
  readonly dataFormat?: 'channels_last' | 'channels_first';
}

/**
 * Images (height, width, channels), with a batch before it or without, in another size; what does not fit its proportions is cut off.
 *
 * @example preprocessing.image.smartResize(image, [200, 200])
 */
export function smartResize(x: TensorLike, size: readonly [number, number], options: SmartResizeOptions = {}): Tensor {
  const { interpolation = 'bilinear', dataFormat = 'channels_last' } = options;
  if (size.length !== 2) {
    throw new ValueError(`Expected \`size\` to be a tuple of 2 integers, but got: ${quote(size)}.`, { code: 'arguments' });
  }
  const image = toTensor(x);
  if (image.rank < 3 || image.rank > 4) {
    throw new ValueError(
      'Expected an image array with shape `(height, width, channels)`, or `(batch_size, height, width, channels)`, ' +
        `but got input with incorrect rank, of shape ${formatShape(image.shape)}.`,
      { code: 'arguments' },
    );
  }
  return ops.image.resize(image, size, { interpolation, dataFormat, cropToAspectRatio: true });
}
