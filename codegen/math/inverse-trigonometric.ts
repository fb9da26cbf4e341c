// atan, and atan2, asin and acos by it.
import { binary, compare } from '../kernel-ir/build.ts';
import type { Expr } from '../kernel-ir/types.ts';
import type { Coefficients, Floats } from './floats.ts';

/** (atan(t) / t - 1) / t^2 in t^2 for |t| <= tan(pi / 8); relative errors 4.7e-8 and 1.3e-19. */
const ATAN_F32: Coefficients = [-0.3333333175, 0.1999953879, -0.1426389711, 0.1074309967, -0.06449835225];
const ATAN_F64: Coefficients = [
  -0.333333333333333333, 0.199999999999999914, -0.142857142857114906, 0.11111111110751481, -0.090909090668160809, 0.076923067291948968,
  -0.0666664186913118267, 0.0588192305611402254, -0.0525802027265675814, 0.0471925918824209126, -0.041038875468626831, 0.030622995553735428,
  -0.0139053745331131532,
];
/** pi and its parts as float64, and what float64 leaves of them. */
const PI_LOW = 1.2246467991473532e-16;

/** atan of numerator / denominator, both at least 0: at most one octave of pi / 8 is left for the polynomial. */
function atanOfRatio(floats: Floats, numerator: Expr, denominator: Expr): Expr {
  const swaps = floats.compare('gt', numerator, denominator);
  const small = floats.select(swaps, denominator, numerator);
  const large = floats.select(swaps, numerator, denominator);
  // Two infinities make 1, two zeros 0.
  const isSame = floats.compare('eq', small, large);
  const isZero = floats.compare('eq', large, 0);
  const quotient = floats.select(isZero, 0, floats.select(isSame, 1, floats.div(small, large)));
  const isUpper = floats.compare('gt', quotient, Math.SQRT2 - 1);
  const t = floats.select(isUpper, floats.div(floats.sub(quotient, 1), floats.add(quotient, 1)), quotient);
  const z = floats.mul(t, t);
  const base = floats.mulAdd(floats.mul(z, floats.polynomial(floats.isDouble ? ATAN_F64 : ATAN_F32, z)), t, t);
  const angle = floats.select(isUpper, addPi(floats, base, 0.25), base);
  return floats.select(swaps, addPi(floats, floats.unary('neg', angle), 0.5), angle);
}

/** angle + share * pi, with pi in two parts. */
function addPi(floats: Floats, angle: Expr, share: number): Expr {
  const high = floats.isDouble ? Math.PI * share : Math.fround(Math.PI * share);
  const low = floats.isDouble ? PI_LOW * share : Math.PI * share - high;
  return floats.add(floats.add(angle, low), high);
}

/** Error at most 2 ulp. */
export function atan(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  return floats.copySign(atanOfRatio(floats, magnitude, floats.constant(1)), x);
}

/** The angle of the point (x, y), with C's results for zeros and infinities; error at most 3 ulp. */
export function atan2(floats: Floats, y: Expr, x: Expr): Expr {
  const angle = atanOfRatio(floats, floats.unary('abs', y), floats.unary('abs', x));
  const isLeft = compare('lt', floats.bitsOf(x), floats.bitConstant(floats.isDouble ? 0n : 0));
  const turned = floats.select(isLeft, addPi(floats, floats.unary('neg', angle), 1), angle);
  const isNumber = floats.keep(binary('and', floats.compare('eq', x, x), floats.compare('eq', y, y)));
  return floats.select(isNumber, floats.copySign(turned, y), Number.NaN);
}

/** atan(x / sqrt((1 - x)(1 + x))), error at most 3 ulp. */
export function asin(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const angle = atanOfRatio(floats, magnitude, cosineOf(floats, magnitude));
  return floats.copySign(inDomain(floats, magnitude, angle), x);
}

/** The angle of the point (x, sqrt((1 - x)(1 + x))), error at most 3 ulp. */
export function acos(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const angle = atanOfRatio(floats, cosineOf(floats, magnitude), magnitude);
  const isLeft = floats.compare('lt', x, 0);
  return inDomain(floats, magnitude, floats.select(isLeft, addPi(floats, floats.unary('neg', angle), 1), angle));
}

const cosineOf = (floats: Floats, sine: Expr): Expr => floats.unary('sqrt', floats.mul(floats.sub(1, sine), floats.add(sine, 1)));
const inDomain = (floats: Floats, magnitude: Expr, angle: Expr): Expr =>
  floats.select(floats.compare('le', magnitude, 1), angle, Number.NaN);
