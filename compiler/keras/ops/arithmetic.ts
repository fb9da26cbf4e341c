// Functions of two tensors, element by element; shapes broadcast as in NumPy, dtypes promote as in Keras.
import { type DType, isFloat, isInteger, isSigned } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import { fullAs, promoteFloatPair, promotePair, type TensorLike } from './convert.ts';

type BinaryOp = Op<(x1: TensorLike, x2: TensorLike) => Tensor>;

const pairOp = (name: string, compute: (x1: Tensor, x2: Tensor) => Tensor): BinaryOp =>
  defineOp(name, ['x1', 'x2'], (x1: TensorLike, x2: TensorLike) => compute(...promotePair(x1, x2)));
const floatPairOp = (name: string, compute: (x1: Tensor, x2: Tensor) => Tensor): BinaryOp =>
  defineOp(name, ['x1', 'x2'], (x1: TensorLike, x2: TensorLike) => compute(...promoteFloatPair(x1, x2)));

/** Booleans have no arithmetic of their own: computes in int32. */
const numbers =
  (compute: (x1: Tensor, x2: Tensor) => Tensor, boolResult: DType = 'bool') =>
  (x1: Tensor, x2: Tensor): Tensor =>
    x1.dtype === 'bool' ? lax.cast(compute(lax.cast(x1, 'int32'), lax.cast(x2, 'int32')), boolResult) : compute(x1, x2);

const isZero = (x: Tensor): Tensor => lax.compare('equal', x, fullAs(x, 0));
const isNegative = (x: Tensor): Tensor => lax.compare('less', x, fullAs(x, 0));
const isNan = (x: Tensor): Tensor => lax.compare('not_equal', x, x);

/** `x1 + x2`; logical or of booleans. */
export const add = pairOp('add', numbers(lax.add));
/** `x1 - x2`. */
export const subtract = pairOp('subtract', numbers(lax.subtract));
/** `x1 * x2`; logical and of booleans. */
export const multiply = pairOp('multiply', numbers(lax.multiply));
/** `x1 / x2` as floats. */
export const divide = floatPairOp('divide', lax.divide);
/** `x1 / x2` as floats; the same as `divide`. */
export const trueDivide = floatPairOp('true_divide', lax.divide);
/** `x1 / x2` as floats, 0 where `x2` is 0. */
export const divideNoNan = floatPairOp('divide_no_nan', (x1, x2) => {
  const zero = isZero(x2);
  return lax.select(zero, fullAs(x1, 0), lax.divide(x1, lax.select(zero, fullAs(x2, 1), x2)));
});

/** The remainder with the sign of the divisor, as Python's `%`. */
function floorRemainder(x1: Tensor, x2: Tensor): Tensor {
  const remainder = lax.remainder(x1, x2);
  if (!isSigned(x1.dtype)) return remainder;
  const differs = lax.and(lax.not(isZero(remainder)), lax.xor(isNegative(remainder), isNegative(x2)));
  return lax.select(differs, lax.add(remainder, x2), remainder);
}

function floorQuotient(x1: Tensor, x2: Tensor): Tensor {
  if (isFloat(x1.dtype)) return lax.floor(lax.divide(x1, x2));
  return isSigned(x1.dtype) ? lax.divide(lax.subtract(x1, floorRemainder(x1, x2)), x2) : lax.divide(x1, x2);
}

/** The largest integer not above `x1 / x2`. */
export const floorDivide = pairOp('floor_divide', numbers(floorQuotient, 'int32'));
/** The remainder with the sign of the divisor. */
export const mod = pairOp('mod', numbers(floorRemainder, 'int32'));
/** The remainder with the sign of the dividend. */
export const fmod = pairOp('fmod', numbers(lax.remainder, 'int32'));
/** `x1` to the power of `x2`. */
export const power = pairOp('power', numbers(lax.power));

/** The larger element; NaN wins. */
export const maximum = pairOp('maximum', numbers(lax.maximum));
/** The smaller element; NaN wins. */
export const minimum = pairOp('minimum', numbers(lax.minimum));
/** The larger element; NaN loses. */
export const fmax = pairOp(
  'fmax',
  numbers((x1, x2) => avoidNan(x1, x2, lax.maximum)),
);
/** The smaller element; NaN loses. */
export const fmin = pairOp(
  'fmin',
  numbers((x1, x2) => avoidNan(x1, x2, lax.minimum)),
);

const avoidNan = (x1: Tensor, x2: Tensor, choose: (x1: Tensor, x2: Tensor) => Tensor): Tensor =>
  lax.select(isNan(x1), x2, lax.select(isNan(x2), x1, choose(x1, x2)));

/** The angle of the point (`x2`, `x1`). */
export const arctan2 = floatPairOp('arctan2', lax.atan2);
/** `sqrt(x1^2 + x2^2)` without overflow. */
export const hypot = floatPairOp('hypot', (x1, x2) => {
  const a = lax.abs(x1);
  const b = lax.abs(x2);
  const large = lax.maximum(a, b);
  const safe = lax.select(isZero(large), fullAs(large, 1), large);
  const ratio = lax.divide(lax.minimum(a, b), safe);
  return lax.multiply(large, lax.sqrt(lax.add(fullAs(ratio, 1), lax.multiply(ratio, ratio))));
});

/** log(exp(a) + exp(b)) = max + log1p(exp(-|a - b|)); equal infinities would make NaN of the difference. */
function addExponentials(x1: Tensor, x2: Tensor): Tensor {
  const distance = lax.negative(lax.abs(lax.subtract(x1, x2)));
  const sum = lax.add(lax.maximum(x1, x2), lax.log1p(lax.exp(distance)));
  return lax.select(isNan(distance), lax.add(x1, x2), sum);
}

/** `log(exp(x1) + exp(x2))`. */
export const logaddexp = floatPairOp('logaddexp', addExponentials);
/** `log2(2^x1 + 2^x2)`. */
export const logaddexp2 = floatPairOp('logaddexp2', (x1, x2) => {
  const toNatural = fullAs(x1, Math.LN2);
  return lax.divide(addExponentials(lax.multiply(x1, toNatural), lax.multiply(x2, toNatural)), toNatural);
});
/** `x1 * 2^x2`. */
export const ldexp = floatPairOp('ldexp', (x1, x2) => lax.multiply(x1, lax.power(fullAs(x2, 2), x2)));
/** 0 where `x1` is negative, 1 where it is positive, `x2` where it is 0. */
export const heaviside = defineOp('heaviside', ['x1', 'x2'], (x1: TensorLike, x2: TensorLike): Tensor => {
  const [x, atZero] = promotePair(x1, x2);
  const dtype = x.dtype === 'int64' ? 'float64' : isInteger(x.dtype) || x.dtype === 'bool' ? 'float32' : x.dtype;
  const step = lax.select(isNegative(lax.cast(x, dtype)), lax.full(x.shape, 0, dtype), lax.full(x.shape, 1, dtype));
  return lax.select(isZero(x), lax.cast(atZero, dtype), step);
});
/** The next float after `x1` towards `x2`. */
export const nextafter = floatPairOp('nextafter', lax.next_after);
