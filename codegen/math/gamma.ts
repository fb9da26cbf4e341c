// log |gamma| and its derivative. Always in float64, one element at a time: they loop.
import { compare } from '../kernel-ir/build.ts';
import type { Expr } from '../kernel-ir/types.ts';
import { type Coefficients, type Floats, inDouble } from './floats.ts';
import { log } from './logarithm.ts';
import { sinPi } from './trigonometric.ts';

/** lgamma(x) / ((x - 1)(x - 2)) in x - 3/2 for 1 <= x <= 2, relative error 2.4e-19. */
const LGAMMA: Coefficients = [
  0.483128950540980889, -0.145959895914306087, 0.0629114010745649414, -0.0313084875010094935, 0.0167970986311859153,
  -0.00942562244862590509, 0.00544645784465058501, -0.00321207406973674801, 0.00192291613550794971, -0.00116441467160712571,
  0.000711522384890600704, -0.000437991934856901222, 0.000271275053547731543, -0.00016892719402703723, 0.000105644748841318828,
  -0.0000660927140930155557, 0.0000416351361489027152, -0.0000273564447610671243, 0.00001734263784459851, -8.07952925042158997e-6,
  5.12982864481514731e-6, -7.97087331949281332e-6, 5.10461821610018605e-6,
];
/** Stirling's series in 1 / x^2, after a factor 1 / x; and that of its derivative, after 1 / x^2. From 10 on they are exact in float64. */
const STIRLING: Coefficients = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
const DIGAMMA: Coefficients = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

/** Error at most 1 ulp in float32; in float64 about 1e-15, relative except near the roots below 0. */
export function lgamma(floats: Floats, x: Expr): Expr {
  if (!floats.isDouble) return inDouble(floats.block, x, lgamma);
  const magnitude = floats.unary('abs', x);
  const positive = lgammaPositive(floats, magnitude);
  const fraction = floats.sub(magnitude, floats.unary('floor', magnitude));
  const sine = sinPi(floats, floats.min(fraction, floats.sub(1, fraction)));
  const reflected = floats.sub(log(floats, floats.div(Math.PI, floats.mul(magnitude, sine))), positive);
  const result = floats.select(floats.compare('lt', x, 0), reflected, positive);
  return floats.select(floats.compare('eq', magnitude, Number.POSITIVE_INFINITY), magnitude, result);
}

/** By steps of 1 into 1..2 below 10, by Stirling's formula above. */
function lgammaPositive(floats: Floats, x: Expr): Expr {
  const { block } = floats;
  const isLarge = floats.compare('ge', x, 10);
  const z = block.variable(floats.select(isLarge, 1.5, x), 'z');
  const product = block.variable(floats.constant(1), 'product');
  block.whileLoop(compare('gt', z, floats.constant(2)), (body) => {
    body.assign(z, floats.in(body).sub(z, 1));
    body.assign(product, floats.in(body).mul(product, z));
  });
  const isSmall = floats.compare('lt', z, 1);
  // The distances from the roots 1 and 2 of z, or z + 1, without the rounding of that sum.
  const lower = floats.sub(z, 1);
  const fromOne = floats.select(isSmall, z, lower);
  const fromTwo = floats.select(isSmall, lower, floats.sub(z, 2));
  const smooth = floats.mul(floats.mul(fromOne, fromTwo), floats.polynomial(LGAMMA, floats.sub(fromOne, 0.5)));
  const steps = log(floats, floats.select(isSmall, z, product));
  const near = floats.select(isSmall, floats.sub(smooth, steps), floats.add(smooth, steps));
  return floats.select(isLarge, stirling(floats, floats.max(x, 10)), near);
}

/** (x - 1/2)(log x - 1) + (log 2 pi - 1) / 2 + 1 / 12 x - ... */
function stirling(floats: Floats, x: Expr): Expr {
  const inverse = floats.div(1, x);
  const series = floats.mul(inverse, floats.polynomial(STIRLING, floats.mul(inverse, inverse)));
  const rest = floats.add(series, (Math.log(2 * Math.PI) - 1) / 2);
  return floats.add(floats.mul(floats.sub(x, 0.5), floats.sub(log(floats, x), 1)), rest);
}

/** digamma(1 - x) - pi / tan(pi x) below 0; NaN at negative integers, an infinity at 0. */
export function digamma(floats: Floats, x: Expr): Expr {
  if (!floats.isDouble) return inDouble(floats.block, x, digamma);
  const isNegative = floats.compare('lt', x, 0);
  const positive = digammaPositive(floats, floats.select(isNegative, floats.sub(1, x), x));
  const fraction = floats.sub(x, floats.unary('nearest', x));
  const distance = floats.unary('abs', fraction);
  const cotangent = floats.div(sinPi(floats, floats.sub(0.5, distance)), floats.copySign(sinPi(floats, distance), fraction));
  const reflected = floats.sub(positive, floats.mul(cotangent, Math.PI));
  const isPole = floats.compare('eq', fraction, 0);
  const result = floats.select(isNegative, floats.select(isPole, Number.NaN, reflected), positive);
  const atZero = floats.copySign(floats.constant(Number.POSITIVE_INFINITY), floats.unary('neg', x));
  return floats.select(floats.compare('eq', x, 0), atZero, result);
}

function digammaPositive(floats: Floats, x: Expr): Expr {
  const { block } = floats;
  const z = block.variable(x, 'z');
  const shift = block.variable(floats.constant(0), 'shift');
  block.whileLoop(compare('lt', z, floats.constant(10)), (body) => {
    body.assign(shift, floats.in(body).add(shift, floats.in(body).div(1, z)));
    body.assign(z, floats.in(body).add(z, 1));
  });
  const inverse = floats.div(1, z);
  const square = floats.mul(inverse, inverse);
  const series = floats.mulAdd(square, floats.polynomial(DIGAMMA, square), floats.mul(inverse, 0.5));
  return floats.sub(floats.sub(log(floats, z), series), shift);
}
