// Affine (and projective) transforms of images, given as eight numbers.

import { formatShape, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import type { DataFormat } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { type TensorLike, toTensor } from '../convert.ts';
import { AFFINE_FILL_MODES, type AffineFillMode, onImages, projectImages, requireChoice, requireSampling } from './projective.ts';
import type { Sampling } from './sample.ts';

export interface AffineTransformOptions {
  /** Default `bilinear`. */
  readonly interpolation?: Sampling;
  /** What stands beyond the edges. Default `constant`. */
  readonly fillMode?: AffineFillMode;
  /** Default 0. */
  readonly fillValue?: number;
  readonly dataFormat?: DataFormat | null;
}

/**
 * Images whose pixel (x, y) is what the input has at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.
 *
 * @param images (height, width, channels) or (batch, height, width, channels)
 * @param transform [a0, a1, a2, b0, b1, b2, c0, c1], or one such row per image
 */
export const affineTransform = defineOp(
  'image.affine_transform',
  ['images', 'transform'],
  (images: TensorLike, transform: TensorLike, options: AffineTransformOptions = {}): Tensor => {
    const { interpolation = 'bilinear', fillMode = 'constant', fillValue = 0, dataFormat } = options;
    requireSampling(interpolation);
    requireChoice('fill_mode', fillMode, AFFINE_FILL_MODES);
    const given = toTensor(transform);
    if (given.rank !== 1 && given.rank !== 2) {
      throw new ValueError(
        `Invalid transform rank: expected rank 1 (single transform) or rank 2 (batch of transforms). Received input with shape: transform.shape=${formatShape(given.shape)}`,
        { code: 'rank' },
      );
    }
    const rows = given.rank === 1 ? lax.reshape(given, [1, given.size]) : given;
    return onImages(toTensor(images), dataFormat, (batch) => projectImages(batch, rows, { interpolation, fillMode, fillValue }));
  },
);
