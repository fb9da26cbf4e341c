// Functions of one tensor, element by element; the result has the argument's shape.
import { isFloat, isInteger, isSigned } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import { fullAs, type TensorLike, toFloat, toTensor } from './convert.ts';
import { resultType } from './promotion.ts';

type UnaryOp = Op<(x: TensorLike) => Tensor>;

/** A function of floats; integers and booleans are converted to float32. */
const floatOp = (name: string, compute: (x: Tensor) => Tensor): UnaryOp => defineOp(name, ['x'], (x: TensorLike) => compute(toFloat(x)));
/** A function of numbers that keeps the dtype. */
const keepingOp = (name: string, compute: (x: Tensor) => Tensor): UnaryOp => defineOp(name, ['x'], (x: TensorLike) => compute(toTensor(x)));

/** As `floatOp`, but integers and booleans give their own dtype back, as Keras says of these functions. */
export const roundTripOp = (name: string, compute: (x: Tensor) => Tensor): UnaryOp =>
  defineOp(name, ['x'], (x: TensorLike) => {
    const tensor = toTensor(x);
    return lax.cast(compute(toFloat(tensor)), tensor.dtype);
  });

const scaled = (x: Tensor, factor: number): Tensor => lax.multiply(x, fullAs(x, factor));

/** The absolute value. */
export const abs = keepingOp('abs', (x) => (isSigned(x.dtype) ? lax.abs(x) : x));
/** The absolute value; the same as `abs`. */
export const absolute = keepingOp('absolute', (x) => (isSigned(x.dtype) ? lax.abs(x) : x));
/** The absolute value as a float. */
export const fabs = floatOp('fabs', lax.abs);
/** -1, 0 or 1. */
export const sign = keepingOp('sign', (x) => (x.dtype === 'bool' ? x : lax.sign(x)));
/** `-x`. */
export const negative = keepingOp('negative', (x) => (x.dtype === 'bool' ? x : lax.negative(x)));
/** `x * x`; booleans become int32. */
export const square = keepingOp('square', (x) => {
  const number = x.dtype === 'bool' ? lax.cast(x, 'int32') : x;
  return lax.multiply(number, number);
});

/** The exponential. */
export const exp = floatOp('exp', lax.exp);
/** Two to the power of `x`. */
export const exp2 = floatOp('exp2', (x) => lax.exp(scaled(x, Math.LN2)));
/** `exp(x) - 1`, exact near 0. */
export const expm1 = floatOp('expm1', lax.expm1);
/** The natural logarithm. */
export const log = floatOp('log', lax.log);
/** The logarithm to base 10. */
export const log10 = floatOp('log10', (x) => scaled(lax.log(x), Math.LOG10E));
/** `log(1 + x)`, exact near 0. */
export const log1p = floatOp('log1p', lax.log1p);
/** The logarithm to base 2. */
export const log2 = floatOp('log2', (x) => scaled(lax.log(x), Math.LOG2E));
/** The square root. */
export const sqrt = floatOp('sqrt', lax.sqrt);
/** One over the square root. */
export const rsqrt = roundTripOp('rsqrt', lax.rsqrt);
/** The cube root. */
export const cbrt = floatOp('cbrt', lax.cbrt);
/** `1 / x`; 16-bit floats become float32, as in Keras. */
export const reciprocal = floatOp('reciprocal', (x) => {
  const wide = lax.cast(x, resultType(x.dtype, 'float32'));
  return lax.divide(fullAs(wide, 1), wide);
});

/** The sine. */
export const sin = floatOp('sin', lax.sin);
/** The cosine. */
export const cos = floatOp('cos', lax.cos);
/** The tangent. */
export const tan = floatOp('tan', lax.tan);
/** The inverse sine. */
export const arcsin = floatOp('arcsin', lax.asin);
/** The inverse cosine. */
export const arccos = floatOp('arccos', lax.acos);
/** The inverse tangent. */
export const arctan = floatOp('arctan', lax.atan);
/** The hyperbolic sine. */
export const sinh = floatOp('sinh', lax.sinh);
/** The hyperbolic cosine. */
export const cosh = floatOp('cosh', lax.cosh);
/** The hyperbolic tangent. */
export const tanh = floatOp('tanh', lax.tanh);
/** The inverse hyperbolic sine. */
export const arcsinh = floatOp('arcsinh', lax.asinh);
/** The inverse hyperbolic cosine. */
export const arccosh = floatOp('arccosh', lax.acosh);
/** The inverse hyperbolic tangent. */
export const arctanh = floatOp('arctanh', lax.atanh);
/** Degrees to radians. */
export const deg2rad = floatOp('deg2rad', (x) => scaled(x, Math.PI / 180));
/** Radians to degrees. */
export const rad2deg = floatOp('rad2deg', (x) => scaled(x, 180 / Math.PI));
/** `sin(pi x) / (pi x)`, 1 at 0. */
export const sinc = floatOp('sinc', (x) => {
  const isZero = lax.compare('equal', x, fullAs(x, 0));
  const angle = scaled(lax.select(isZero, fullAs(x, 1), x), Math.PI);
  return lax.select(isZero, fullAs(x, 1), lax.divide(lax.sin(angle), angle));
});

/** The error function. */
export const erf = roundTripOp('erf', lax.erf);
/** `1 - erf(x)`. */
export const erfc = floatOp('erfc', (x) => lax.subtract(fullAs(x, 1), lax.erf(x)));
/** The inverse of the error function. */
export const erfinv = floatOp('erfinv', lax.erf_inv);

/** The largest integer not above `x`, as a float. */
export const floor = floatOp('floor', lax.floor);
/** The smallest integer not below `x`, as a float. */
export const ceil = floatOp('ceil', lax.ceil);
/** `x` without its fraction. */
export const trunc = keepingOp('trunc', (x) => (isFloat(x.dtype) ? truncate(x) : x));

/** Cuts the fraction of a float tensor off. */
export const truncate = (x: Tensor): Tensor => lax.select(lax.compare('less', x, fullAs(x, 0)), lax.ceil(x), lax.floor(x));

export interface RoundOptions {
  /** Decimal places that stay; negative ones round to tens, hundreds... Default 0. */
  readonly decimals?: number;
}

/** Rounds to the nearest integer, halves to the even one. */
export const round = defineOp('round', ['x'], (x: TensorLike, { decimals = 0 }: RoundOptions = {}): Tensor => {
  const tensor = toTensor(x);
  if (tensor.dtype === 'bool' || (isInteger(tensor.dtype) && decimals >= 0)) return tensor;
  if (decimals === 0) return lax.round(tensor);
  const number = toFloat(tensor);
  const factor = fullAs(number, 10 ** decimals);
  return lax.cast(lax.divide(lax.round(lax.multiply(number, factor)), factor), tensor.dtype);
});

export interface NanToNumOptions {
  /** What replaces NaN. Default 0. */
  readonly nan?: number;
  /** What replaces infinity: the largest finite number by default. */
  readonly posinf?: number | null;
  readonly neginf?: number | null;
}

const LARGEST: Readonly<Record<string, number>> = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** Replaces NaN and the infinities by finite numbers. */
export const nanToNum = defineOp(
  'nan_to_num',
  ['x'],
  (x: TensorLike, { nan = 0, posinf = null, neginf = null }: NanToNumOptions = {}): Tensor => {
    const tensor = toTensor(x);
    if (!isFloat(tensor.dtype)) return tensor;
    const largest = LARGEST[tensor.dtype] as number;
    const equals = (value: number): Tensor => lax.compare('equal', tensor, fullAs(tensor, value));
    const withoutNan = lax.select(lax.compare('not_equal', tensor, tensor), fullAs(tensor, nan), tensor);
    const withoutPositive = lax.select(equals(Number.POSITIVE_INFINITY), fullAs(tensor, posinf ?? largest), withoutNan);
    return lax.select(equals(Number.NEGATIVE_INFINITY), fullAs(tensor, neginf ?? -largest), withoutPositive);
  },
);

/** `x` limited to the range from `xMin` to `xMax`. */
export const clip = defineOp('clip', ['x', 'x_min', 'x_max'], (x: TensorLike, xMin: TensorLike, xMax: TensorLike): Tensor => {
  const tensor = toTensor(x);
  const number = tensor.dtype === 'bool' ? lax.cast(tensor, 'int32') : tensor;
  return clipTo(number, xMin, xMax);
});

function clipTo(x: Tensor, xMin: TensorLike, xMax: TensorLike): Tensor {
  const low = lax.broadcastTo(toTensor(xMin, x.dtype), x.shape);
  const high = lax.broadcastTo(toTensor(xMax, x.dtype), x.shape);
  return lax.minimum(lax.maximum(x, low), high);
}

/** The tensor, through which no gradient passes. */
export const stopGradient = defineOp(
  'stop_gradient',
  ['variable'],
  (variable: TensorLike): Tensor => lax.stop_gradient(toTensor(variable)),
);
/** The tensor itself: values are immutable. */
export const copy = keepingOp('copy', (x) => x);
/** The tensor itself: there are no complex values here. */
export const conj = keepingOp('conj', (x) => x);
/** The conjugate of real numbers: themselves. */
export const conjugate = keepingOp('conjugate', (x) => x);
/** The real part: the tensor itself. */
export const real = keepingOp('real', (x) => x);
/** The imaginary part of a real tensor: zeros. */
export const imag = keepingOp('imag', (x) => fullAs(x, 0));
