// Special functions in double precision by series and continued fractions: slow, simple, and independent of the formulas that
// compiled code uses, so that the two can be compared.

/** Taylor series near 0, the continued fraction of erfc beyond. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  const value = magnitude < 2 ? erfSeries(magnitude) : 1 - erfcFraction(magnitude);
  return x < 0 || Object.is(x, -0) ? -value : value;
}

/** 2/sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (2n+1)!!, whose terms are all positive. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function erfcFraction(x: number): number {
  if (x > 27) return 0;
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** 1 - erf(x), without cancellation for positive x. */
export function erfc(x: number): number {
  return x < 0.5 ? 1 - erf(x) : x < 2 ? 1 - erfSeries(x) : erfcFraction(x);
}

/** Newton's method on erf, or on erfc in the tails. */
export function erfInv(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) > 1) return Number.NaN;
  if (Math.abs(x) === 1) return x * Number.POSITIVE_INFINITY;
  const target = Math.abs(x);
  const logarithm = Math.log1p(-target * target);
  const half = 2 / (Math.PI * 0.147) + logarithm / 2;
  let y = Math.sqrt(Math.sqrt(half * half - logarithm / 0.147) - half);
  for (let step = 0; step < 6; step++) {
    const error = target < 0.5 ? erf(y) - target : 1 - target - erfc(y);
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-y * y);
    // Halley's correction: the second derivative of erf is -2y times the first.
    const newton = error / slope;
    y -= newton / (1 + y * newton);
  }
  return x < 0 || Object.is(x, -0) ? -y : y;
}

const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** log |gamma(x)| */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.POSITIVE_INFINITY;
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
  if (x > 1e16) return x * (Math.log(x) - 1);
  if (x >= 0.5 && x <= 2.5) return lgammaNearRoots(x);
  let shift = 0;
  let at = x;
  for (; at < 15; at++) shift += Math.log(at);
  const series = STIRLING.reduce((sum, coefficient, k) => sum + coefficient / at ** (2 * k + 1), 0);
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/**
 * The integral of digamma from the nearer root (1 or 2), where Stirling's formula would cancel:
 * Gauss-Legendre on short steps is exact to double precision there.
 */
function lgammaNearRoots(x: number): number {
  const root = x < 1.5 ? 1 : 2;
  const nodes = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
  const weights = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];
  const steps = 8;
  const half = (x - root) / steps / 2;
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const middle = root + (2 * step + 1) * half;
    nodes.forEach((node, k) => {
      sum += (weights[k] as number) * (digamma(middle + node * half) + digamma(middle - node * half));
    });
  }
  return sum * half;
}

const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];

/** The derivative of log gamma; NaN at the poles except -infinity's own at 0. */
export function digamma(x: number): number {
  if (Number.isNaN(x) || x === Number.NEGATIVE_INFINITY) return Number.NaN;
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0) return Number.isInteger(x) ? Number.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  let shift = 0;
  let at = x;
  for (; at < 15; at++) shift += 1 / at;
  const series = DIGAMMA.reduce((sum, coefficient, k) => sum + coefficient / at ** (2 * k + 2), 0);
  return Math.log(at) - 1 / (2 * at) - series - shift;
}

const sinPi = (x: number): number => Math.sin(Math.PI * (x - 2 * Math.round(x / 2)));
