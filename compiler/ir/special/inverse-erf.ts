// The inverse error function: Giles' approximation ("Approximating the erfinv function", GPU Computing Gems, 2010),
// good to seven digits, made exact by Newton steps on erf.
import { erf, erfc } from './erf.ts';

const CENTRAL = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
];

/** The x with erf(x) = y; infinite at -1 and 1, NaN outside. */
export function inverseErf(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  let x = estimate(y);
  // Two steps do, except at the last doubles below 1, where the estimate was never meant to hold.
  for (let step = 0; step < 8; step++) {
    // Near 1 the complement keeps the digits that erf(x) - y would lose.
    const error = size < 0.5 ? erf(x) - y : Math.sign(y) * (1 - size - erfc(Math.abs(x)));
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    // Newton with Halley's correction: the second derivative of erf is -2x times the first.
    const newton = error / slope;
    const next = x - newton / (1 + x * newton);
    if (next === x) break;
    x = next;
  }
  return x;
}

function estimate(y: number): number {
  const w = -Math.log1p(-y * y);
  const coefficients = w < 5 ? CENTRAL : TAIL;
  const u = w < 5 ? w - 2.5 : Math.sqrt(w) - 3;
  return y * coefficients.reduce((sum, coefficient) => sum * u + coefficient, 0);
}
