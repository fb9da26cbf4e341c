// Filters over images: blur and edges, each channel on its own.

import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { perAxis } from '../axes.ts';
import { constantOf, type TensorLike, toFloat, toNumbers, toTensor } from '../convert.ts';
import { depthwiseConv } from '../nn/conv.ts';
import { inChannelsLast } from '../nn/data-format.ts';
import { pad } from '../padding.ts';

export interface GaussianBlurOptions {
  /** Default [3, 3]. */
  readonly kernelSize?: TensorLike;
  /** Standard deviations, in pixels. Default [1, 1]. */
  readonly sigma?: TensorLike;
  readonly dataFormat?: DataFormat | null;
}

/** The bell curve at `size` points, summing to 1. */
export function bell(size: number, sigma: number): number[] {
  const values = Array.from({ length: size }, (_, index) => Math.exp(-0.5 * ((index - (size - 1) / 2) / sigma) ** 2));
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** One of two standard deviations, or the only one. */
const deviation = (sigma: Tensor, axis: number): Tensor => {
  const flat = lax.reshape(sigma, [sigma.size]);
  const at = sigma.size === 1 ? 0 : axis;
  return lax.reshape(lax.slice(flat, [at], [at + 1]), []);
};

/** As `bell`, of a standard deviation that may be known at run time only. */
function bellOf(size: number, sigma: Tensor): Tensor {
  const distance = lax.subtract(lax.iota(sigma.dtype, [size], 0), lax.full([size], (size - 1) / 2, sigma.dtype));
  const ratio = lax.divide(distance, lax.broadcastTo(sigma, [size]));
  const weights = lax.exp(lax.multiply(lax.multiply(ratio, ratio), lax.full([size], -0.5, sigma.dtype)));
  return lax.divide(weights, lax.broadcastTo(lax.reduce('sum', weights, [0]), [size]));
}

/** Runs a function of batches on one image or a batch. */
function onBatch(images: Tensor, compute: (batch: Tensor) => Tensor): Tensor {
  if (images.rank !== 3 && images.rank !== 4) {
    throw new ValueError(
      `Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). Received input with shape: images.shape=${formatShape(images.shape)}`,
      { code: 'rank' },
    );
  }
  if (images.rank === 4) return compute(images);
  const result = compute(lax.reshape(images, [1, ...images.shape]));
  return lax.reshape(result, result.shape.slice(1));
}

/** Images blurred by a bell curve. */
export const gaussianBlur = defineOp('image.gaussian_blur', ['images'], (images: TensorLike, options: GaussianBlurOptions = {}): Tensor => {
  const [height, width] = perAxis(toNumbers(options.kernelSize ?? [3, 3]), 2, 'kernel_size') as [number, number];
  const sigma = toFloat(options.sigma ?? [1, 1]);
  const [down, right] = [0, 1].map((axis) => deviation(sigma, axis)) as [Tensor, Tensor];
  // Keras takes the first numbers along the width and the second along the height; both sizes are usually equal.
  const rows = lax.reshape(bellOf(width, right), [width, 1]);
  const columns = lax.reshape(bellOf(height, down), [1, height]);
  const weights = lax.multiply(lax.broadcastTo(rows, [width, height]), lax.broadcastTo(columns, [width, height]));
  return onBatch(toTensor(images), (batch) =>
    inChannelsLast(batch, options.dataFormat, (x) => {
      const channels = x.shape[3] as number;
      const kernel = lax.broadcast(lax.cast(lax.reshape(weights, [height, width]), x.dtype), [height, width, channels, 1], [0, 1]);
      return depthwiseConv(x, kernel, { padding: 'same' });
    }),
  );
});

/** Differences across rows, smoothed across columns; its transpose the other way round. */
const SOBEL = [
  [-1, -2, -1],
  [0, 0, 0],
  [1, 2, 1],
];

/** The slopes of images along height and width, as a last axis of 2. */
export const sobelEdges = defineOp(
  'image.sobel_edges',
  ['images'],
  (images: TensorLike, { dataFormat }: { readonly dataFormat?: DataFormat | null } = {}): Tensor => {
    const tensor = toTensor(images);
    const isFirst = dataFormat === 'channels_first';
    const last = isFirst ? lax.transpose(tensor, [0, 2, 3, 1]) : tensor;
    const channels = last.shape[3] as number;
    const padded = pad(
      last,
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      { mode: 'reflect' },
    );
    const kernels = SOBEL.map((row, y) => row.map((value, x) => [value, (SOBEL[x] as number[])[y] as number]));
    const kernel = lax.broadcast(constantOf(kernels, last.dtype), [3, 3, channels, 2], [0, 1, 3]);
    const edges = lax.reshape(depthwiseConv(padded, kernel), [...last.shape, 2]);
    return isFirst ? lax.transpose(edges, [0, 3, 1, 2, 4]) : edges;
  },
);
