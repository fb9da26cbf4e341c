// Normalisation by mean and variance, by root mean square, by a norm. 16-bit floats are computed in float32.
import { attachGradient } from '../../../autodiff/attach-gradient.ts';
import { quote, ValueError } from '../../../errors/index.ts';
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { epsilon as defaultEpsilon } from '../../engine/backend-config.ts';
import { defineOp } from '../../engine/operation.ts';
import { axesOf, axisList } from '../axes.ts';
import { fullAs, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { resultType } from '../promotion.ts';
import { reduceAxes } from '../reductions.ts';
import { meanOf, varianceOf } from '../statistics.ts';

const plus = (x: Tensor, value: number): Tensor => lax.add(x, fullAs(x, value));

export interface BatchNormalizationOptions {
  readonly offset?: TensorLike | null;
  readonly scale?: TensorLike | null;
  readonly epsilon?: number;
}

/**
 * `(x - mean) * scale / sqrt(variance + epsilon) + offset` with vectors along `axis`.
 * Written as x * factor + shift, both per channel, so that constants fold into the convolution before.
 */
export const batchNormalization = defineOp(
  'batch_normalization',
  ['x', 'mean', 'variance', 'axis'],
  (
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    axis: number,
    { offset = null, scale = null, epsilon = 1e-3 }: BatchNormalizationOptions = {},
  ): Tensor => {
    const tensor = toTensor(x);
    const [at] = axisList(axis, tensor.rank) as [number];
    const vector = (value: TensorLike): Tensor => toTensor(value, tensor.dtype);
    const inverse = lax.rsqrt(plus(vector(variance), epsilon));
    const factor = scale === null ? inverse : lax.multiply(inverse, vector(scale));
    const centre = lax.multiply(vector(mean), factor);
    const shift = offset === null ? lax.negative(centre) : lax.subtract(vector(offset), centre);
    const along = (value: Tensor): Tensor => lax.broadcast(value, tensor.shape, [at]);
    return lax.add(lax.multiply(tensor, along(factor)), along(shift));
  },
);

/** A parameter over the normalised axes, repeated to the shape of `x`. */
function alongAxes(value: TensorLike, x: Tensor, axes: readonly number[]): Tensor {
  const tensor = toTensor(value, x.dtype);
  return tensor.rank === axes.length ? lax.broadcast(tensor, x.shape, axes) : lax.broadcastTo(tensor, x.shape);
}

export interface LayerNormalizationOptions {
  /** Scale and offset over the normalised axes. */
  readonly gamma?: TensorLike | null;
  readonly beta?: TensorLike | null;
  readonly axis?: number | readonly number[];
  readonly epsilon?: number | null;
  /** Keras's deprecated variant: scales by the variance and does not centre. */
  readonly rmsScaling?: boolean;
}

/** Normalises each sample over `axis` to mean 0 and variance 1, then scales by gamma and adds beta. */
export const layerNormalization = defineOp(
  'layer_normalization',
  ['x'],
  (x: TensorLike, { gamma = null, beta = null, axis = -1, epsilon = null, rmsScaling = false }: LayerNormalizationOptions = {}): Tensor => {
    const given = toTensor(x);
    const tensor = lax.cast(given, resultType(given.dtype, 'float32'));
    const axes = axesOf(axis, tensor.rank);
    const repeated = (value: Tensor): Tensor => lax.broadcastTo(value, tensor.shape);
    const options = { axis: axes, keepdims: true };
    const inverse = repeated(lax.rsqrt(plus(varianceOf(tensor, options), epsilon ?? defaultEpsilon())));
    const normal = rmsScaling ? lax.multiply(tensor, inverse) : standardized(tensor, inverse, axes);
    const scaled = gamma === null ? normal : lax.multiply(normal, alongAxes(gamma, tensor, axes));
    const shifted = beta === null || rmsScaling ? scaled : lax.add(scaled, alongAxes(beta, tensor, axes));
    return lax.cast(shifted, given.dtype);
  },
);

/** (x - mean(x)) r with r = 1 / sqrt(var(x) + epsilon), whose gradient is r (g - mean(g) - y mean(g y)) for the result y. */
function standardized(x: Tensor, inverse: Tensor, axes: readonly number[]): Tensor {
  const averaged = (value: Tensor): Tensor => lax.broadcastTo(meanOf(value, { axis: axes, keepdims: true }), x.shape);
  const result = lax.multiply(lax.subtract(x, averaged(x)), inverse);
  return attachGradient([x], [result], (_, [upstream]) => {
    const own = upstream as Tensor;
    const rest = lax.subtract(lax.subtract(own, averaged(own)), lax.multiply(result, averaged(lax.multiply(own, result))));
    return [lax.multiply(inverse, rest)];
  })[0] as Tensor;
}

export interface RmsNormalizationOptions {
  readonly scale?: TensorLike | null;
  readonly axis?: number | readonly number[];
  readonly epsilon?: number | null;
}

/** `x / sqrt(mean(x^2) + epsilon)`, times scale. */
export const rmsNormalization = defineOp(
  'rms_normalization',
  ['x'],
  (x: TensorLike, { scale = null, axis = -1, epsilon = null }: RmsNormalizationOptions = {}): Tensor => {
    const given = toTensor(x);
    const tensor = lax.cast(given, resultType(given.dtype, 'float32'));
    const axes = axesOf(axis, tensor.rank);
    const meanSquare = meanOf(lax.multiply(tensor, tensor), { axis: axes, keepdims: true });
    const normal = lax.multiply(tensor, lax.broadcastTo(lax.rsqrt(plus(meanSquare, epsilon ?? defaultEpsilon())), tensor.shape));
    return lax.cast(scale === null ? normal : lax.multiply(normal, alongAxes(scale, tensor, axes)), given.dtype);
  },
);

export interface NormalizeOptions {
  readonly axis?: number | readonly number[];
  /** Which norm becomes 1: a positive number. Default 2. */
  readonly order?: number;
  readonly epsilon?: number | null;
}

/** `x` over its norm along an axis; a norm below epsilon counts as epsilon. */
export const normalize = defineOp(
  'normalize',
  ['x'],
  (x: TensorLike, { axis = -1, order = 2, epsilon = null }: NormalizeOptions = {}): Tensor => {
    if (!Number.isInteger(order) || order < 1)
      throw new ValueError(`Argument \`order\` must be an int >= 1. Received: order=${quote(order)}`, { code: 'norm-order' });
    const tensor = toFloat(x);
    const options = { axis, keepdims: true };
    const least = epsilon ?? defaultEpsilon();
    const repeated = (value: Tensor): Tensor => lax.broadcastTo(value, tensor.shape);
    if (order === 2) {
      // The square is bounded, not the norm, so that the gradient at 0 is finite.
      const square = reduceAxes('sum', lax.multiply(tensor, tensor), options);
      return lax.multiply(tensor, repeated(lax.rsqrt(lax.maximum(square, fullAs(square, least * least)))));
    }
    const sums = reduceAxes('sum', lax.power(lax.abs(tensor), fullAs(tensor, order)), options);
    const norm = lax.power(sums, fullAs(sums, 1 / order));
    return lax.divide(tensor, repeated(lax.maximum(norm, fullAs(norm, least))));
  },
);
