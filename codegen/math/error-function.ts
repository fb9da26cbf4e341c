// erf, erfc and the inverse of erf.
import type { Expr } from '../kernel-ir/types.ts';
import { exp } from './exponential.ts';
import { type Coefficients, type Floats, inDouble } from './floats.ts';
import { log } from './logarithm.ts';

/** erf(x) / x in x^2 for |x| <= 1; relative errors 1.3e-9 and 1.4e-19. */
const ERF_F32: Coefficients = [1.128379166, -0.3761262667, 0.1128359472, -0.02685421201, 0.005189087423, -0.0008016864287, 7.875875063e-5];
const ERF_F64: Coefficients = [
  1.12837916709551257, -0.376126389031837481, 0.112837916709548787, -0.0268661706450767932, 0.00522397762481801447,
  -0.000854832698083378991, 0.000120553311116427109, -0.0000149255952668311816, 1.6461000484121368e-6, -1.6350312701054695e-7,
  1.46597752740474358e-8, -1.13728488567916737e-9, 5.9571761477489114e-11,
];
/** (1 + 2x) exp(x^2) erfc(x) in (x - 3) / (x + 3) for 1 <= x <= 6; relative error 1.6e-18. */
const ERFC_F64: Coefficients = [
  1.25300805826972965, -0.135621106124581259, -0.0475622943534508534, 0.129645158702781985, -0.119273663415303689, 0.0683080273422601234,
  -0.0237705149196453205, 0.00252939188001665947, 0.00188869043575515114, -0.000779833498694369837, -0.000105162090755605032,
  0.000125111372734401296, 4.98155284552990208e-6, -0.0000201490853382031287, -9.42849855288661027e-7, 3.43326205365461423e-6,
  8.70813994640251879e-7,
];
/** The same for 1 <= x <= 4.2, where erfc ends for float32; relative error 2.7e-9. */
const ERFC_F32: Coefficients = [
  1.25300806, -0.1356211834, -0.04756297318, 0.1296536118, -0.1192127799, 0.06819579291, -0.02525434745, -0.0007724385914,
];

/** erf(x) directly up to 1, 1 - erfc(x) beyond; error at most 2 ulp. */
export function erf(floats: Floats, x: Expr): Expr {
  const magnitude = floats.unary('abs', x);
  const square = floats.mul(x, x);
  const near = floats.mul(magnitude, floats.polynomial(floats.isDouble ? ERF_F64 : ERF_F32, floats.min(square, 1)));
  const far = floats.sub(1, complement(floats, floats.min(floats.max(magnitude, 1), floats.isDouble ? 6 : 4.2)));
  return floats.copySign(floats.select(floats.compare('gt', magnitude, 1), far, near), x);
}

/** erfc(x) for 1 <= x <= 6 (f32: 4.2) */
function complement(floats: Floats, x: Expr): Expr {
  const u = floats.div(floats.sub(x, 3), floats.add(x, 3));
  const polynomial = floats.polynomial(floats.isDouble ? ERFC_F64 : ERFC_F32, u);
  const density = exp(floats, floats.unary('neg', floats.mul(x, x)));
  return floats.div(floats.mul(polynomial, density), floats.add(floats.add(x, x), 1));
}

/** Giles, "Approximating the erfinv function" (2010): x p(w), w = -log(1 - x^2), to float32's precision. */
const CENTRAL: Coefficients = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6, 3.43273939e-7, 2.81022636e-8,
];
const TAIL: Coefficients = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257,
];

/** In double from Giles's approximation, with one Halley step against erf, or against erfc near 1: error below 1e-14. */
export function erfInv(floats: Floats, x: Expr): Expr {
  if (!floats.isDouble) return inDouble(floats.block, x, erfInv);
  const magnitude = floats.unary('abs', x);
  const gap = floats.sub(1, magnitude);
  const w = floats.unary('neg', log(floats, floats.mul(gap, floats.add(magnitude, 1))));
  const central = floats.polynomial(CENTRAL, floats.sub(w, 2.5));
  const tail = floats.polynomial(TAIL, floats.sub(floats.unary('sqrt', floats.max(w, 5)), 3));
  const first = floats.mul(magnitude, floats.select(floats.compare('lt', w, 5), central, tail));
  const y = halley(floats, magnitude, gap, halley(floats, magnitude, gap, floats.min(first, 6)));
  const isOne = floats.compare('eq', magnitude, 1);
  const limited = floats.select(isOne, Number.POSITIVE_INFINITY, y);
  return floats.copySign(floats.select(floats.compare('le', magnitude, 1), limited, Number.NaN), x);
}

/** y - n / (1 + y n), n the Newton step for erf(y) = target; gap = 1 - target, exact. */
function halley(floats: Floats, target: Expr, gap: Expr, y: Expr): Expr {
  const error = floats.select(
    floats.compare('gt', y, 1),
    floats.sub(gap, complement(floats, floats.max(y, 1))),
    floats.sub(erf(floats, y), target),
  );
  const slope = floats.mul(exp(floats, floats.unary('neg', floats.mul(y, y))), 2 / Math.sqrt(Math.PI));
  const newton = floats.div(error, slope);
  return floats.sub(y, floats.div(newton, floats.mulAdd(y, newton, 1)));
}
