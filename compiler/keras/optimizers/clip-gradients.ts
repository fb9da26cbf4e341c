// Keeps gradients from being too large.
import type { Tensor } from '../../trace/tensor.ts';
import * as ops from '../ops/index.ts';
import type { BaseSettings } from './options.ts';

/** The gradients, clipped as the settings of an optimizer ask. */
export function clipGradients(gradients: readonly Tensor[], settings: BaseSettings): readonly Tensor[] {
  const { clipnorm, globalClipnorm, clipvalue } = settings;
  if (clipnorm) return gradients.map((gradient) => clipByNorm(gradient, clipnorm));
  if (globalClipnorm) return clipByGlobalNorm(gradients, globalClipnorm);
  if (clipvalue) return gradients.map((gradient) => ops.clip(gradient, -clipvalue, clipvalue));
  return gradients;
}

/** Shortens a gradient to the norm if it is longer. */
const clipByNorm = (gradient: Tensor, largest: number): Tensor =>
  ops.divide(ops.multiply(gradient, largest), ops.maximum(ops.sqrt(ops.sum(ops.square(gradient))), largest));

function clipByGlobalNorm(gradients: readonly Tensor[], largest: number): readonly Tensor[] {
  const squares = gradients.map((gradient) => ops.sum(ops.square(gradient)));
  const norm = ops.sqrt(squares.reduce((total, square) => ops.add(total, square)));
  const factor = ops.multiply(ops.minimum(ops.divide(1, norm), 1 / largest), largest);
  // An infinite norm makes all gradients NaN, so that it does not pass unseen.
  const scale = ops.add(factor, ops.subtract(norm, norm));
  return gradients.map((gradient) => ops.multiply(gradient, scale));
}
