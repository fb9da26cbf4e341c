// Changes of colour space. Channels are the last axis, or the first after the batch.

import { formatShape, ValueError } from '../../../errors/index.ts';
import { isFloat } from '../../../ir/dtype.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, toTensor } from '../convert.ts';
import { sliceAxis } from '../joining.ts';
import { standardizeDataFormat } from '../nn/data-format.ts';

export interface ColorOptions {
  readonly dataFormat?: DataFormat | null;
}

/** The three channels, and the axis that they come from. */
function channelsOf(
  images: TensorLike,
  dataFormat: string | null | undefined,
): { readonly planes: readonly [Tensor, Tensor, Tensor]; readonly axis: number } {
  const tensor = toTensor(images);
  const axis = standardizeDataFormat(dataFormat) === 'channels_last' ? tensor.rank - 1 : tensor.rank - 3;
  if ((tensor.rank !== 3 && tensor.rank !== 4) || tensor.shape[axis] !== 3) {
    throw new ValueError(
      `Expected images of rank 3 or 4 with 3 channels. Received input with shape: images.shape=${formatShape(tensor.shape)}`,
      { code: 'channels' },
    );
  }
  if (!isFloat(tensor.dtype))
    throw new ValueError(`Invalid images dtype: expected float dtype. Received: images.dtype=${tensor.dtype}`, { code: 'dtype' });
  const plane = (index: number): Tensor => sliceAxis(tensor, axis, index, index + 1);
  return { planes: [plane(0), plane(1), plane(2)], axis };
}

const scaled = (x: Tensor, factor: number): Tensor => lax.multiply(x, fullAs(x, factor));
const shifted = (x: Tensor, offset: number): Tensor => lax.add(x, fullAs(x, offset));

/** Red, green and blue in 0..1 -> hue, saturation and value in 0..1. */
export const rgbToHsv = defineOp('image.rgb_to_hsv', ['images'], (images: TensorLike, { dataFormat }: ColorOptions = {}): Tensor => {
  const { planes, axis } = channelsOf(images, dataFormat);
  const [r, g, b] = planes;
  const value = lax.maximum(lax.maximum(r, g), b);
  const range = lax.subtract(value, lax.minimum(lax.minimum(r, g), b));
  const ratio = (x: Tensor, by: Tensor): Tensor => {
    const isZero = lax.compare('equal', by, fullAs(by, 0));
    return lax.select(isZero, fullAs(x, 0), lax.divide(x, lax.select(isZero, fullAs(by, 1), by)));
  };
  const sixth = (difference: Tensor, offset: number): Tensor => shifted(scaled(ratio(difference, range), 1 / 6), offset);
  const isRed = lax.compare('equal', r, value);
  const isGreen = lax.compare('equal', g, value);
  const hue = lax.select(
    isRed,
    sixth(lax.subtract(g, b), 0),
    lax.select(isGreen, sixth(lax.subtract(b, r), 2 / 6), sixth(lax.subtract(r, g), 4 / 6)),
  );
  const wrapped = lax.select(lax.compare('less', hue, fullAs(hue, 0)), shifted(hue, 1), hue);
  const isGrey = lax.compare('equal', range, fullAs(range, 0));
  return lax.concatenate([lax.select(isGrey, fullAs(hue, 0), wrapped), ratio(range, value), value], axis);
});

/** Hue, saturation and value in 0..1 -> red, green and blue in 0..1. */
export const hsvToRgb = defineOp('image.hsv_to_rgb', ['images'], (images: TensorLike, { dataFormat }: ColorOptions = {}): Tensor => {
  const { planes, axis } = channelsOf(images, dataFormat);
  // Without a gradient, as in Keras on TensorFlow.
  const [hue, saturation, value] = planes.map((plane) => lax.stop_gradient(plane)) as [Tensor, Tensor, Tensor];
  const sector = scaled(hue, 6);
  // Each colour is a trapezoid of the hue, cut to 0..1.
  const ramp = (x: Tensor): Tensor => lax.minimum(lax.maximum(x, fullAs(x, 0)), fullAs(x, 1));
  const red = ramp(shifted(lax.abs(shifted(sector, -3)), -1));
  const green = ramp(shifted(lax.negative(lax.abs(shifted(sector, -2))), 2));
  const blue = ramp(shifted(lax.negative(lax.abs(shifted(sector, -4))), 2));
  const tint = (ratio: Tensor): Tensor => lax.multiply(shifted(lax.multiply(shifted(ratio, -1), saturation), 1), value);
  return lax.concatenate([tint(red), tint(green), tint(blue)], axis);
});
