// Activation functions, element by element. Integers are computed in float32 and give their own dtype back.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { defineOp } from '../../engine/operation.ts';
import { fullAs, type TensorLike, toFloat, toTensor } from '../convert.ts';
import { roundTripOp } from '../elementwise.ts';
import { rememberLogits } from './logits.ts';

/** Runs a float function and gives the argument's dtype back. */
function keepDType(x: TensorLike, compute: (x: Tensor) => Tensor): Tensor {
  const tensor = toTensor(x);
  return lax.cast(compute(toFloat(tensor)), tensor.dtype);
}

const plus = (x: Tensor, value: number): Tensor => lax.add(x, fullAs(x, value));
const times = (x: Tensor, value: number): Tensor => lax.multiply(x, fullAs(x, value));
// The bound comes first: on it the slope is 0, as in Keras on TensorFlow.
const atLeast = (x: Tensor, value: number): Tensor => lax.maximum(fullAs(x, value), x);
const atMost = (x: Tensor, value: number): Tensor => lax.minimum(fullAs(x, value), x);
/** The slope on the bounds is 1. */
const clip = (x: Tensor, low: number, high: number): Tensor => lax.minimum(lax.maximum(x, fullAs(x, low)), fullAs(x, high));
const above = (x: Tensor, value: number): Tensor => lax.compare('greater', x, fullAs(x, value));
const below = (x: Tensor, value: number): Tensor => lax.compare('less', x, fullAs(x, value));

const clipTo6 = (x: Tensor): Tensor => atMost(atLeast(x, 0), 6);
const hardGate = (x: Tensor): Tensor => times(clipTo6(plus(x, 3)), 1 / 6);
/** max(x, 0) + log(1 + exp(-|x|)) does not overflow; written as choices it has the slope 1/2 at 0. */
function stableSoftplus(x: Tensor): Tensor {
  const isPositive = above(x, 0);
  const tail = lax.log1p(lax.exp(lax.select(isPositive, lax.negative(x), x)));
  return lax.add(lax.select(isPositive, x, fullAs(x, 0)), tail);
}
/** alpha * (exp(x / scale) - 1) of the negative part; the positive part is kept out of `exp`, so that no gradient is infinite. */
function negativeExpm1(x: Tensor, scale = 1): Tensor {
  const negative = lax.minimum(x, fullAs(x, 0));
  return lax.expm1(scale === 1 ? negative : times(negative, 1 / scale));
}

/** `max(x, 0)`. */
export const relu = defineOp('relu', ['x'], (x: TensorLike): Tensor => {
  const tensor = toTensor(x);
  return tensor.dtype === 'bool' ? tensor : atLeast(tensor, 0);
});
/** `min(max(x, 0), 6)`. */
export const relu6 = defineOp('relu6', ['x'], (x: TensorLike): Tensor => {
  const tensor = toTensor(x);
  return tensor.dtype === 'bool' ? tensor : clipTo6(tensor);
});
/** `1 / (1 + exp(-x))`. */
export const sigmoid = roundTripOp('sigmoid', (x) => rememberLogits(lax.sigmoid(x), x));
/** `x * sigmoid(x)`. */
export const silu = roundTripOp('silu', (x) => lax.multiply(x, lax.sigmoid(x)));
/** `log(sigmoid(x))`. */
export const logSigmoid = roundTripOp('log_sigmoid', (x) => lax.negative(stableSoftplus(lax.negative(x))));
/** `log(1 + exp(x))`. */
export const softplus = roundTripOp('softplus', stableSoftplus);
/** `x / (1 + |x|)`. */
export const softsign = roundTripOp('softsign', (x) => lax.divide(x, plus(lax.abs(x), 1)));
/** `relu6(x + 3) / 6`. */
export const hardSigmoid = roundTripOp('hard_sigmoid', hardGate);
/** `x * hardSigmoid(x)`. */
export const hardSilu = roundTripOp('hard_silu', (x) => lax.multiply(x, hardGate(x)));
/** `x` limited to -1..1. */
export const hardTanh = roundTripOp('hard_tanh', (x) => clip(x, -1, 1));
/** `x - tanh(x)`. */
export const tanhShrink = roundTripOp('tanh_shrink', (x) => lax.subtract(x, lax.tanh(x)));
/** 0 up to -1, x from 1 on, a parabola between. */
export const sparsePlus = roundTripOp('sparse_plus', (x) => {
  const shifted = atLeast(plus(x, 1), 0);
  return lax.select(below(x, 1), times(lax.multiply(shifted, shifted), 0.25), x);
});
/** 0 up to -1, 1 from 1 on, a line between. */
export const sparseSigmoid = roundTripOp('sparse_sigmoid', (x) => atMost(atLeast(times(plus(x, 1), 0.5), 0), 1));

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
/** Scaled exponential linear unit, with the constants that keep activations normalised. */
export const selu = roundTripOp('selu', (x) => times(lax.select(below(x, 0), times(negativeExpm1(x), SELU_ALPHA), x), SELU_SCALE));

export interface LeakyReluOptions {
  readonly negativeSlope?: number;
}
/** `x`, or `negativeSlope * x` where x is negative. */
export const leakyRelu = defineOp(
  'leaky_relu',
  ['x'],
  (x: TensorLike, { negativeSlope = 0.2 }: LeakyReluOptions = {}): Tensor =>
    keepDType(x, (tensor) => lax.select(above(tensor, 0), tensor, times(tensor, negativeSlope))),
);

export interface AlphaOptions {
  readonly alpha?: number;
}
/** `x`, or `alpha * (exp(x) - 1)` where x is negative. */
export const elu = defineOp(
  'elu',
  ['x'],
  (x: TensorLike, { alpha = 1 }: AlphaOptions = {}): Tensor =>
    keepDType(x, (tensor) => lax.select(above(tensor, 0), tensor, times(negativeExpm1(tensor), alpha))),
);
/** `max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`. */
export const celu = defineOp(
  'celu',
  ['x'],
  (x: TensorLike, { alpha = 1 }: AlphaOptions = {}): Tensor =>
    keepDType(x, (tensor) => lax.select(above(tensor, 0), tensor, times(negativeExpm1(tensor, alpha), alpha))),
);

/** `x * P(X <= x)` for a standard normal X, by tanh or exactly by erf. */
export const gelu = defineOp(
  'gelu',
  ['x'],
  (x: TensorLike, { approximate = true }: { readonly approximate?: boolean } = {}): Tensor =>
    keepDType(x, (tensor) =>
      approximate ? tanhGelu(tensor) : lax.multiply(times(tensor, 0.5), plus(lax.erf(times(tensor, Math.SQRT1_2)), 1)),
    ),
);

/** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
function tanhGelu(x: Tensor): Tensor {
  const cubic = lax.multiply(x, plus(times(lax.multiply(x, x), 0.044715), 1));
  return lax.multiply(times(x, 0.5), plus(lax.tanh(times(cubic, Math.sqrt(2 / Math.PI))), 1));
}

/** `(x + sqrt(x^2 + b)) / 2`. */
export const squareplus = defineOp(
  'squareplus',
  ['x'],
  (x: TensorLike, { b = 4 }: { readonly b?: number } = {}): Tensor =>
    keepDType(x, (tensor) => times(lax.add(tensor, lax.sqrt(plus(lax.multiply(tensor, tensor), b))), 0.5)),
);

export interface ThresholdOptions {
  readonly threshold?: number;
}
/** `x`, or 0 where |x| is at most the threshold. */
export const hardShrink = defineOp(
  'hard_shrink',
  ['x'],
  (x: TensorLike, { threshold = 0.5 }: ThresholdOptions = {}): Tensor =>
    keepDType(x, (tensor) => lax.select(above(lax.abs(tensor), threshold), tensor, fullAs(tensor, 0))),
);
/** `x` moved towards 0 by the threshold, 0 between. */
export const softShrink = defineOp(
  'soft_shrink',
  ['x'],
  (x: TensorLike, { threshold = 0.5 }: ThresholdOptions = {}): Tensor =>
    keepDType(x, (tensor) =>
      lax.select(
        above(tensor, threshold),
        plus(tensor, -threshold),
        lax.select(below(tensor, -threshold), plus(tensor, threshold), fullAs(tensor, 0)),
      ),
    ),
);
/** `x` where it is above the threshold, the default value elsewhere. */
export const threshold = defineOp(
  'threshold',
  ['x', 'threshold', 'default_value'],
  (x: TensorLike, limit: number, defaultValue: number): Tensor =>
    keepDType(x, (tensor) => lax.select(above(tensor, limit), tensor, fullAs(tensor, defaultValue))),
);
