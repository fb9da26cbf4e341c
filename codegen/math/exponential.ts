// exp and what is made of it: expm1, sigmoid, tanh, sinh, cosh. Vectors take the same road as scalars: no tables, no branches.
//
// x = k ln 2 + r with |r| <= 0.35, so that exp(x) = 2^k exp(r) and exp(r) = 1 + r + r^2 p(r).
import type { Expr } from '../kernel-ir/types.ts';
import type { Coefficients, Floats } from './floats.ts';

/** (exp(r) - 1 - r) / r^2; relative errors 1.4e-7 and 3.3e-18. */
const EXP_F32: Coefficients = [0.5, 0.1666657342, 0.04166655016, 0.008363767023, 0.001392691806];
const EXP_F64: Coefficients = [
  0.5, 0.166666666666666714, 0.0416666666666666701, 0.0083333333333255517, 0.00138888888888833317, 0.000198412698768403559,
  0.0000248015873269900488, 2.75572528633673204e-6, 2.75572718315361297e-7, 2.51062625508790787e-8, 2.09154335980760045e-9,
];

/** ln 2 in two parts; products of the first with exponents are exact. */
const LN2 = {
  f32: [0.693115234375, 0.0000319461849453094172],
  f64: [0.693147180369123816490173339844, 1.90821492927058781614426568076e-10],
} as const;

interface Reduced {
  /** k as an integer. */
  readonly exponent: Expr;
  /** exp(r) - 1 */
  readonly rest: Expr;
}

function reduce(floats: Floats, x: Expr): Reduced {
  const [high, low] = LN2[floats.isDouble ? 'f64' : 'f32'];
  const { whole: k, integer: exponent } = floats.roundProduct(x, Math.LOG2E);
  const r = floats.mulAdd(k, -low, floats.mulAdd(k, -high, x));
  const polynomial = floats.polynomial(floats.isDouble ? EXP_F64 : EXP_F32, r);
  return { exponent, rest: floats.mulAdd(floats.mul(r, r), polynomial, r) };
}

/** Keeps NaN, as the first operand of min and max does. */
const clamp = (floats: Floats, x: Expr, low: number, high: number): Expr => floats.max(floats.min(x, high), low);

/** Error at most 1 ulp in float32 and float64, subnormal results included. */
export function exp(floats: Floats, x: Expr): Expr {
  const [low, high] = floats.isDouble ? [-746, 710] : [-104, 89];
  const { exponent, rest } = reduce(floats, clamp(floats, x, low, high));
  return floats.scaleByPower(floats.add(rest, 1), exponent);
}

/** exp where results below the smallest normal number may become 0, and the last half binade infinity: cheaper. */
function expNormal(floats: Floats, x: Expr): Expr {
  const [low, high] = floats.isDouble ? [-709, 710] : [-88, 89];
  const { exponent, rest } = reduce(floats, clamp(floats, x, low, high));
  return floats.mul(floats.add(rest, 1), floats.powerOfTwo(exponent));
}

/** exp(x) - 1 for x from -50 to 88 (f64: 700), else as clamped there. */
function expm1Bounded(floats: Floats, x: Expr, high: number): Expr {
  const { exponent, rest } = reduce(floats, clamp(floats, x, -50, high));
  const power = floats.powerOfTwo(exponent);
  return floats.mulAdd(rest, power, floats.sub(power, 1));
}

/** Error at most 2 ulp. */
export function expm1(floats: Floats, x: Expr): Expr {
  const limit = floats.isDouble ? 700 : 87;
  const large = exp(floats, x);
  const result = floats.select(floats.compare('gt', x, limit), large, expm1Bounded(floats, x, limit));
  return keepZero(floats, x, result);
}

/** 1 / (1 + exp(-x)), error at most 3 ulp above 1e-37. */
export function sigmoid(floats: Floats, x: Expr): Expr {
  const inverse = expNormal(floats, floats.unary('neg', x));
  return floats.div(1, floats.add(inverse, 1));
}

/** tanh |x| = e / (e + 2) with e = expm1(2 |x|), error at most 3 ulp. */
export function tanh(floats: Floats, x: Expr): Expr {
  const magnitude = floats.min(floats.unary('abs', x), floats.isDouble ? 22 : 10);
  const e = expm1Bounded(floats, floats.add(magnitude, magnitude), 44);
  return floats.copySign(floats.div(e, floats.add(e, 2)), x);
}

/** (e + e / (e + 1)) / 2 with e = expm1 |x|; beyond 20 exp(|x| / 2)^2 / 2, which overflows no earlier than sinh. */
export function sinh(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const e = expm1Bounded(floats, magnitude, 40);
  const small = floats.mul(floats.add(e, floats.div(e, floats.add(e, 1))), 0.5);
  const result = floats.select(floats.compare('gt', magnitude, 20), halfSquare(floats, magnitude), small);
  return floats.copySign(result, x);
}

/** (exp |x| + exp(-|x|)) / 2 */
export function cosh(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const e = exp(floats, floats.min(magnitude, 40));
  const small = floats.mul(floats.add(e, floats.div(1, e)), 0.5);
  return floats.select(floats.compare('gt', magnitude, 20), halfSquare(floats, magnitude), small);
}

/** exp(x) / 2, without overflow before the result does. */
function halfSquare(floats: Floats, x: Expr): Expr {
  const root = exp(floats, floats.mul(x, 0.5));
  return floats.mul(floats.mul(root, 0.5), root);
}

/** -0 and values too small to change keep their bits. */
function keepZero(floats: Floats, x: Expr, result: Expr): Expr {
  return floats.select(floats.compare('eq', x, 0), x, result);
}
