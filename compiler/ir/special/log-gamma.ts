// log|gamma(x)|: Stirling's series after shifting the argument above 10, reflection below zero
// (Abramowitz and Stegun 6.1.17, 6.1.40); Taylor's series around the zeros at 1 and 2, where the digits would cancel.

/** B(2k) / (2k (2k - 1)) for k = 1, 2, ... */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];
const EULER = 0.57721566490153286061;

export function logGamma(x: number): number {
  if (x !== x || x === Number.POSITIVE_INFINITY) return x;
  if (x <= 0) {
    if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / sinPi(x)) - logGamma(1 - x);
  }
  if (Math.abs(x - 1) < 0.25) return aroundOne(x - 1);
  if (Math.abs(x - 2) < 0.25) return aroundOne(x - 2) + Math.log1p(x - 2);
  return shiftedStirling(x);
}

function shiftedStirling(x: number): number {
  let product = 1;
  let z = x;
  for (; z < 10; z++) product *= z;
  const inverseSquare = 1 / (z * z);
  const series = STIRLING.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** log gamma(1 + t) = -euler t + sum of zeta(k) (-t)^k / k, |t| < 1/4. */
function aroundOne(t: number): number {
  let sum = 0;
  for (let k = ZETA.length + 1; k >= 2; k--) sum = ((ZETA[k - 2] as number) / k) * (k % 2 === 0 ? 1 : -1) + sum * t;
  return t * (sum * t - EULER);
}

/** zeta(2), zeta(3), ...: 27 terms are below 1e-17 at |t| = 1/4. */
const ZETA = Array.from({ length: 27 }, (_, index) => zeta(index + 2));

/** Riemann's zeta at an integer s >= 2 by Euler and Maclaurin's formula after 20 terms. */
function zeta(s: number): number {
  const n = 20;
  let sum = 0;
  for (let k = n - 1; k >= 1; k--) sum += k ** -s;
  const b2 = s / 12;
  const b4 = (s * (s + 1) * (s + 2)) / 720;
  const b6 = (s * (s + 1) * (s + 2) * (s + 3) * (s + 4)) / 30240;
  return sum + n ** (1 - s) / (s - 1) + 0.5 * n ** -s + b2 * n ** (-s - 1) - b4 * n ** (-s - 3) + b6 * n ** (-s - 5);
}

/** |sin(pi x)|, by the distance to the nearest integer, which is exact. */
function sinPi(x: number): number {
  return Math.sin(Math.PI * Math.abs(x - Math.round(x)));
}
