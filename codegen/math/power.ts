// Powers and roots: x^y, the cube root, 1 / sqrt, and C's fmod.
import { add, binary, compare, convert, mul, sub, unary } from '../kernel-ir/build.ts';
import type { Expr } from '../kernel-ir/types.ts';
import { exp } from './exponential.ts';
import { type Floats, inDouble } from './floats.ts';
import { log } from './logarithm.ts';

/** 1 / sqrt(x), correctly rounded twice. */
export function rsqrt(floats: Floats, x: Expr): Expr {
  return floats.div(1, floats.unary('sqrt', x));
}

/**
 * C's pow: exp(y log |x|), computed in float64. Float32 results are correct to 1 ulp; float64 to |y log x| ulp. Small constant
 * exponents become products.
 */
export function power(floats: Floats, x: Expr, y: Expr): Expr {
  const product = y.kind === 'constant' ? constantPower(floats, x, Number(y.value)) : undefined;
  if (product) return product;
  if (floats.isDouble) return powerDouble(floats, x, y);
  const wideY = floats.block.bind(convert(y, 'f64'), 'wide');
  return inDouble(floats.block, x, (wide, wideX) => powerDouble(wide, wideX, wideY));
}

/** Exponents whose power is a few products or a root. */
export function isSimpleExponent(exponent: number): boolean {
  return exponent === 0.5 || exponent === -0.5 || (Number.isInteger(exponent) && Math.abs(exponent) <= 4);
}

function constantPower(floats: Floats, x: Expr, exponent: number): Expr | undefined {
  if (!isSimpleExponent(exponent)) return undefined;
  if (exponent < 0) return floats.div(1, constantPower(floats, x, -exponent) as Expr);
  if (exponent === 0) return floats.constant(1);
  if (exponent === 0.5) {
    const root = floats.unary('sqrt', floats.add(x, 0));
    return floats.select(floats.compare('eq', x, Number.NEGATIVE_INFINITY), Number.POSITIVE_INFINITY, root);
  }
  if (exponent === 1) return x;
  const square = floats.mul(x, x);
  if (exponent === 2) return square;
  return floats.mul(square, exponent === 3 ? x : square);
}

function powerDouble(floats: Floats, x: Expr, y: Expr): Expr {
  const magnitude = exp(floats, floats.mul(y, log(floats, floats.unary('abs', x))));
  const half = floats.mul(y, 0.5);
  const isInteger = compare('eq', floats.unary('floor', y), y);
  const isOdd = binary('and', isInteger, compare('ne', floats.unary('floor', half), half));
  const isSigned = compare('lt', floats.bitsOf(x), floats.bitConstant(0n));
  const signed = floats.select(floats.keep(binary('and', isOdd, isSigned)), floats.unary('neg', magnitude), magnitude);
  const isFiniteNegative = binary('and', compare('lt', x, floats.constant(0)), compare('gt', x, floats.constant(Number.NEGATIVE_INFINITY)));
  const isUndefined = floats.keep(binary('and', isFiniteNegative, unary('not', isInteger)));
  const result = floats.select(isUndefined, Number.NaN, signed);
  const isInfiniteExponent = floats.compare('eq', floats.unary('abs', y), Number.POSITIVE_INFINITY);
  const unitToInfinity = floats.keep(binary('and', isInfiniteExponent, compare('eq', floats.unary('abs', x), floats.constant(1))));
  const isOne = binary('or', floats.compare('eq', x, 1), binary('or', floats.compare('eq', y, 0), unitToInfinity));
  return floats.select(floats.keep(isOne), 1, result);
}

/** A first guess by dividing the exponent by 3, then Newton's method; error at most 2 ulp. */
export function cbrt(floats: Floats, x: Expr): Expr {
  const [scale, unscale, smallest] = floats.isDouble ? [2 ** 54, 2 ** -18, 2 ** -1022] : [2 ** 24, 2 ** -8, 2 ** -126];
  const magnitude = floats.unary('abs', x);
  const isTiny = floats.compare('lt', magnitude, smallest);
  const a = floats.select(isTiny, floats.mul(magnitude, scale), magnitude);
  const third = floats.mul(floats.keep(convert(floats.bitsOf(a), floats.type.scalar)), 1 / 3);
  const offset = floats.isDouble ? floats.bitConstant(3071306043645493248n) : floats.bitConstant(709921077);
  let root = floats.fromBits(add(floats.keep(convert(third, floats.format.bits)), offset));
  for (let step = 0; step < (floats.isDouble ? 5 : 3); step++) {
    const square = floats.mul(root, root);
    const excess = floats.keep(sub(mul(square, root), a));
    root = floats.sub(root, floats.div(excess, floats.mul(square, 3)));
  }
  const result = floats.copySign(floats.select(isTiny, floats.mul(root, unscale), root), x);
  const isOrdinary = floats.keep(
    binary('and', floats.compare('gt', magnitude, 0), floats.compare('lt', magnitude, Number.POSITIVE_INFINITY)),
  );
  return floats.select(isOrdinary, result, x);
}

/** C's fmod, exact: multiples of y by powers of two are subtracted, each of which is exact. One element at a time. */
export function remainder(floats: Floats, x: Expr, y: Expr): Expr {
  if (!floats.isDouble) {
    const wideY = floats.block.bind(convert(y, 'f64'), 'wide');
    return inDouble(floats.block, x, (wide, wideX) => remainder(wide, wideX, wideY));
  }
  const { block } = floats;
  const divisor = floats.unary('abs', y);
  const rest = block.variable(floats.unary('abs', x), 'rest');
  const isFinite = compare('lt', rest, floats.constant(Number.POSITIVE_INFINITY));
  const isDefined = floats.keep(binary('and', isFinite, compare('gt', divisor, floats.constant(0))));
  // An infinite divisor leaves x as it is.
  const hasMultiples = binary('and', isDefined, compare('lt', divisor, floats.constant(Number.POSITIVE_INFINITY)));
  block.when(hasMultiples, (inner) => subtractMultiples(floats.in(inner), rest, divisor));
  return floats.select(isDefined, floats.copySign(rest, x), Number.NaN);
}

function subtractMultiples(floats: Floats, rest: Expr, divisor: Expr): void {
  const { block } = floats;
  const multiple = block.variable(divisor, 'multiple');
  block.whileLoop(compare('le', multiple, mul(rest, floats.constant(0.5))), (body) =>
    body.assign(multiple, floats.in(body).add(multiple, multiple)),
  );
  block.whileLoop(compare('ge', multiple, divisor), (body) => {
    const inner = floats.in(body);
    body.assign(rest, inner.select(inner.compare('ge', rest, multiple), inner.sub(rest, multiple), rest));
    body.assign(multiple, inner.mul(multiple, 0.5));
  });
}
