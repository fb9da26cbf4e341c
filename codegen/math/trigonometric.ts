// sin, cos and tan: the angle modulo pi / 2, then a polynomial chosen by the quadrant.
import { binary, compare, sub } from '../kernel-ir/build.ts';
import type { Expr } from '../kernel-ir/types.ts';
import { type Coefficients, type Floats, inDouble } from './floats.ts';
import { type Angle, reduceAngle } from './reduce-angle.ts';

/** (sin(r) / r - 1) / r^2 in r^2 for |r| <= pi / 4; relative errors 1.8e-10 and 7.7e-20. */
const SIN_F32: Coefficients = [-0.1666666666, 0.008333331831, -0.0001984006304, 2.724686872e-6];
const SIN_F64: Coefficients = [
  -0.166666666666666667, 0.00833333333333333138, -0.000198412698412648216, 2.75573192191507816e-6, -2.50521061673357064e-8,
  1.60585213499549863e-10, -7.58609478967261998e-13,
];
/** (cos(r) - 1 + r^2 / 2) / r^4 in r^2; relative errors 5.9e-11 and 1.7e-20. */
const COS_F32: Coefficients = [0.04166666666, -0.001388888764, 2.48005806e-5, -2.729840765e-7];
const COS_F64: Coefficients = [
  0.0416666666666666667, -0.00138888888888888878, 0.0000248015873015845111, -2.7557319221298087e-7, 2.08767557548795964e-9,
  -1.14704551782169055e-11, 4.74553701731920403e-14,
];

function sine(floats: Floats, r: Expr): Expr {
  const z = floats.mul(r, r);
  return floats.mulAdd(floats.mul(z, floats.polynomial(floats.isDouble ? SIN_F64 : SIN_F32, z)), r, r);
}

function cosine(floats: Floats, r: Expr): Expr {
  const z = floats.mul(r, r);
  const tail = floats.mul(floats.mul(z, z), floats.polynomial(floats.isDouble ? COS_F64 : COS_F32, z));
  return floats.add(floats.mulAdd(z, -0.5, tail), 1);
}

const isBitSet = (floats: Floats, value: Expr, bit: number): Expr => {
  const mask = floats.bitConstant(floats.isDouble ? BigInt(bit) : bit);
  return compare('ne', binary('and', value, mask), floats.bitConstant(floats.isDouble ? 0n : 0));
};

/** The sine of an angle given by quadrant and rest. */
function sineOf(floats: Floats, quadrant: Expr, rest: Expr): Expr {
  const value = floats.select(isBitSet(floats, quadrant, 1), cosine(floats, rest), sine(floats, rest));
  return floats.select(isBitSet(floats, quadrant, 2), floats.unary('neg', value), value);
}

/** Scalars of float32 are computed in float64. */
const isNarrowScalar = (floats: Floats): boolean => !floats.isDouble && floats.type.lanes === 1;

/** Error at most 2 ulp for float32 vectors, 1 ulp otherwise, for all finite arguments. */
export function sin(floats: Floats, x: Expr): Expr {
  if (isNarrowScalar(floats)) return inDouble(floats.block, x, sin);
  const { quadrant, rest } = reduceAngle(floats, x);
  return floats.select(floats.compare('eq', x, 0), x, sineOf(floats, quadrant, rest));
}

/** As `sin`. */
export function cos(floats: Floats, x: Expr): Expr {
  if (isNarrowScalar(floats)) return inDouble(floats.block, x, cos);
  const { quadrant, rest }: Angle = reduceAngle(floats, x);
  const next = floats.keep(sub(quadrant, floats.bitConstant(floats.isDouble ? -1n : -1)));
  return sineOf(floats, next, rest);
}

/** sin / cos, or -cos / sin in odd quadrants; error at most 4 ulp for float32 vectors, 2 ulp otherwise. */
export function tan(floats: Floats, x: Expr): Expr {
  if (isNarrowScalar(floats)) return inDouble(floats.block, x, tan);
  const { quadrant, rest } = reduceAngle(floats, x);
  const s = sine(floats, rest);
  const c = cosine(floats, rest);
  const isOdd = floats.keep(isBitSet(floats, quadrant, 1));
  const ratio = floats.div(floats.select(isOdd, floats.unary('neg', c), s), floats.select(isOdd, s, c));
  return floats.select(floats.compare('eq', x, 0), x, ratio);
}

/** sin(pi t) for 0 <= t <= 1/2. */
export function sinPi(floats: Floats, t: Expr): Expr {
  const low = sine(floats, floats.mul(t, Math.PI));
  const high = cosine(floats, floats.mul(floats.sub(0.5, t), Math.PI));
  return floats.select(floats.compare('lt', t, 0.25), low, high);
}
