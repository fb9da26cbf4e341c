// Pixels from one range of values to another.
import type { Tensor } from '../../../trace/tensor.ts';
import * as ops from '../../ops/index.ts';
import type { Range } from './factors.ts';

/** Linear, so that the ends of one range become those of the other. */
export function rescale(images: Tensor, [low, high]: Range, [toLow, toHigh]: Range): Tensor {
  if (low === toLow && high === toHigh) return images;
  const share = ops.divide(ops.subtract(images, low), high - low);
  return ops.add(ops.multiply(share, toHigh - toLow), toLow);
}

export const BYTES: Range = [0, 255];

/** One number per image, to stand beside its pixels: [batch] -> [batch, 1, 1, 1]. */
export const perImage = (value: Tensor): Tensor => ops.reshape(value, [value.size, 1, 1, 1]);
