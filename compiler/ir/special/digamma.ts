// The digamma function: asymptotic series after shifting the argument above 10, reflection below zero
// (Abramowitz and Stegun 6.3.5, 6.3.7, 6.3.18).

/** B(2k) / (2k) for k = 1, 2, ... */
const SERIES = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160];

export function digamma(x: number): number {
  if (x !== x || x === Number.POSITIVE_INFINITY) return x;
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0) {
    if (!Number.isFinite(x) || Number.isInteger(x)) return Number.NaN;
    const rest = x - Math.round(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * rest);
  }
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += 1 / z;
  const inverseSquare = 1 / (z * z);
  const series = SERIES.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) * inverseSquare;
  return Math.log(z) - 0.5 / z - series - shift;
}
