// log, log1p and the inverse hyperbolic functions made of them.
//
// x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2); log(1 + f) by a polynomial in f (f32) or in f / (2 + f) (f64).
import { add, binary, convert, sub } from '../kernel-ir/build.ts';
import type { Expr } from '../kernel-ir/types.ts';
import type { Coefficients, Floats } from './floats.ts';

/** (log(1 + f) - f + f^2 / 2) / f^3, relative error 6.9e-8. */
const LOG_F32: Coefficients = [
  0.3333333117, -0.2499999693, 0.2000071721, -0.1666780713, 0.1424900724, -0.1242552336, 0.1168578472, -0.1148121206, 0.06972518634,
];
/** (2 atanh(s) / s - 2) / s^2 in s^2, relative error 3.1e-18. */
const LOG_F64: Coefficients = [
  0.666666666666666665, 0.400000000000008832, 0.28571428570799785, 0.222222223925810451, 0.181817955475211362, 0.153862447376216666,
  0.132686383692668239, 0.130880348509275538,
];
/** ln 2 in two parts; products of the first with exponents are exact. */
const LN2 = {
  f32: [0.693115234375, 0.0000319461849453094172],
  f64: [0.693147180369123816490173339844, 1.90821492927058781614426568076e-10],
} as const;

interface Split {
  /** The exponent as a float. */
  readonly k: Expr;
  readonly f: Expr;
}

/** x = 2^k (1 + f) for positive normal x. */
function split(floats: Floats, x: Expr): Split {
  const { fractionBits } = floats.format;
  const whole = (value: bigint): Expr => floats.bitConstant(floats.isDouble ? value : Number(value));
  // Subtracting the bits of sqrt(1/2) makes the exponent field count from there.
  const origin = floats.isDouble ? 0x3fe6a09e667f3bccn : 0x3f3504f3n;
  const offset = floats.keep(sub(floats.bitsOf(x), whole(origin)));
  const exponent = floats.keep(binary('shr', offset, whole(BigInt(fractionBits))));
  const mantissa = add(binary('and', offset, whole((1n << BigInt(fractionBits)) - 1n)), whole(origin));
  return { k: floats.keep(convert(exponent, floats.type.scalar)), f: floats.sub(floats.fromBits(mantissa), 1) };
}

/** k ln 2 + log(1 + f) + correction */
function combine(floats: Floats, { k, f }: Split, correction?: Expr): Expr {
  const [high, low] = LN2[floats.isDouble ? 'f64' : 'f32'];
  const halfSquare = floats.mul(floats.mul(f, 0.5), f);
  const tail = floats.isDouble
    ? tailF64(floats, f, halfSquare)
    : floats.mul(floats.mul(floats.mul(f, f), f), floats.polynomial(LOG_F32, f));
  const small = floats.mulAdd(k, low, tail);
  const rest = floats.sub(correction ? floats.add(small, correction) : small, halfSquare);
  return floats.mulAdd(k, high, floats.add(f, rest));
}

/** log(1 + f) - f + f^2 / 2 = s (f^2 / 2 + R(s^2)) with s = f / (2 + f) and s^2 R' = R. */
function tailF64(floats: Floats, f: Expr, halfSquare: Expr): Expr {
  const s = floats.div(f, floats.add(f, 2));
  const z = floats.mul(s, s);
  return floats.mul(s, floats.mulAdd(z, floats.polynomial(LOG_F64, z), halfSquare));
}

const smallestNormal = (floats: Floats): number => (floats.isDouble ? 2 ** -1022 : 2 ** -126);

/** Error at most 1 ulp in float64 and 2 in float32; negative numbers give NaN, 0 gives -infinity. */
export function log(floats: Floats, x: Expr): Expr {
  const isTiny = floats.compare('lt', x, smallestNormal(floats));
  const scale = floats.isDouble ? 54 : 25;
  const normal = floats.select(isTiny, floats.mul(x, 2 ** scale), x);
  const { k, f } = split(floats, normal);
  const exponent = floats.select(isTiny, floats.sub(k, scale), k);
  return withLimits(floats, x, combine(floats, { k: exponent, f }));
}

/** log(1 + x), error at most 2 ulp: what rounding 1 + x loses is put back as its share of the result. */
export function log1p(floats: Floats, x: Expr): Expr {
  const u = floats.add(x, 1);
  const parts = split(floats, u);
  const isSmall = floats.compare('eq', parts.k, 0);
  const lost = floats.select(floats.compare('ge', x, 1), floats.sub(1, floats.sub(u, x)), floats.sub(x, floats.sub(u, 1)));
  const correction = floats.select(isSmall, 0, floats.div(lost, u));
  const result = combine(floats, { k: parts.k, f: floats.select(isSmall, x, parts.f) }, correction);
  return floats.select(floats.compare('eq', x, 0), x, withLimits(floats, u, result));
}

/** The result for finite positive x, else as the logarithm has it. */
function withLimits(floats: Floats, x: Expr, result: Expr): Expr {
  const infinite = floats.select(floats.compare('eq', x, Number.POSITIVE_INFINITY), x, result);
  const zero = floats.select(floats.compare('eq', x, 0), Number.NEGATIVE_INFINITY, infinite);
  // False for NaN as for negative numbers.
  return floats.select(floats.compare('ge', x, 0), zero, Number.NaN);
}

/** sign(x) log1p(|x| + x^2 / (1 + sqrt(1 + x^2))) */
export function asinh(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const limit = floats.isDouble ? 2 ** 28 : 2 ** 13;
  const small = floats.min(magnitude, limit);
  const square = floats.mul(small, small);
  const argument = floats.add(small, floats.div(square, floats.add(floats.unary('sqrt', floats.add(square, 1)), 1)));
  const large = floats.add(log(floats, magnitude), Math.LN2);
  return floats.copySign(floats.select(floats.compare('gt', magnitude, limit), large, log1p(floats, argument)), x);
}

/** log1p(t + sqrt(2 t + t^2)) with t = x - 1 */
export function acosh(floats: Floats, x: Expr): Expr {
  const limit = floats.isDouble ? 2 ** 28 : 2 ** 13;
  const t = floats.sub(floats.min(x, limit), 1);
  const root = floats.unary('sqrt', floats.mulAdd(t, t, floats.add(t, t)));
  const large = floats.add(log(floats, x), Math.LN2);
  const result = floats.select(floats.compare('gt', x, limit), large, log1p(floats, floats.add(t, root)));
  return floats.select(floats.compare('ge', x, 1), result, Number.NaN);
}

/** sign(x) log1p(2 |x| / (1 - |x|)) / 2 */
export function atanh(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const ratio = floats.div(floats.add(magnitude, magnitude), floats.sub(1, magnitude));
  return floats.copySign(floats.mul(log1p(floats, ratio), 0.5), x);
}
