// The structural similarity of images (Wang et al., 2004).

import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { constantOf, fullAs, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { conv } from '../nn/conv.ts';
import { standardizeDataFormat } from '../nn/data-format.ts';
import { meanOf } from '../statistics.ts';
import { bell } from './filters.ts';

export interface SsimOptions {
  /** The largest value that a pixel may have. Default 1. */
  readonly maxVal?: number;
  /** Pixels along a side of the window. Default 11. */
  readonly filterSize?: number;
  /** Standard deviation of the window's weights, in pixels. Default 1.5. */
  readonly filterSigma?: number;
  /** Keeps the quotient of means from dividing by 0. Default 0.01. */
  readonly k1?: number;
  /** Keeps the quotient of variances from dividing by 0. Default 0.03. */
  readonly k2?: number;
  readonly dataFormat?: DataFormat | null;
}

/** A batch with the channels as images of one channel: [batch * channels, h, w, 1]. */
function toPlanes(image: Tensor, name: string, dataFormat: string | null | undefined): Tensor {
  if (image.rank !== 3 && image.rank !== 4) {
    throw new ValueError(
      `Invalid ${name} rank: expected rank 3 (single image) or rank 4 (batch of images). Received input with shape: ${name}.shape=${formatShape(image.shape)}`,
      { code: 'rank' },
    );
  }
  const batch = image.rank === 3 ? lax.reshape(image, [1, ...image.shape]) : image;
  const first = standardizeDataFormat(dataFormat) === 'channels_last' ? lax.transpose(batch, [0, 3, 1, 2]) : batch;
  const [count, channels, height, width] = first.shape as readonly [number, number, number, number];
  return lax.reshape(first, [count * channels, height, width, 1]);
}

/** Local means, weighted by a bell curve. */
function windowMean(planes: Tensor, size: number, sigma: number): Tensor {
  const weights = bell(size, sigma);
  const kernel = constantOf(
    weights.map((row) => weights.map((column) => [[row * column]])),
    planes.dtype,
  );
  return conv(planes, kernel, { padding: 'valid', dataFormat: 'channels_last' });
}

/** How alike two images are in brightness, contrast and structure: 1 for equal ones. One number per image. */
export const ssim = defineOp(
  'image.ssim',
  ['image1', 'image2'],
  (image1: TensorLike, image2: TensorLike, options: SsimOptions = {}): Tensor => {
    const { maxVal = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03, dataFormat } = options;
    const given = toTensor(image1);
    const a = toPlanes(toFloat(image1), 'image1', dataFormat);
    const b = toPlanes(lax.cast(toTensor(image2), a.dtype), 'image2', dataFormat);
    const mean = (x: Tensor): Tensor => windowMean(x, filterSize, filterSigma);
    const [meanA, meanB] = [mean(a), mean(b)];
    const products = { aa: lax.multiply(meanA, meanA), bb: lax.multiply(meanB, meanB), ab: lax.multiply(meanA, meanB) };
    const covariance = (x: Tensor, y: Tensor, product: Tensor): Tensor => lax.subtract(mean(lax.multiply(x, y)), product);
    const plus = (x: Tensor, constant: number): Tensor => lax.add(x, fullAs(x, constant));
    const double = (x: Tensor): Tensor => lax.add(x, x);
    const [c1, c2] = [(k1 * maxVal) ** 2, (k2 * maxVal) ** 2];
    const brightness = lax.divide(plus(double(products.ab), c1), plus(lax.add(products.aa, products.bb), c1));
    const spread = lax.add(covariance(a, a, products.aa), covariance(b, b, products.bb));
    const structure = lax.divide(plus(double(covariance(a, b, products.ab)), c2), plus(spread, c2));
    const map = lax.multiply(brightness, structure);
    const images = given.rank === 3 ? [] : [given.shape[0] as number];
    const perPlane = lax.reshape(meanOf(map, { axis: [1, 2, 3] }), [...images, (map.shape[0] as number) / (images[0] ?? 1)]);
    return lax.cast(meanOf(perPlane, { axis: -1 }), given.dtype);
  },
);
