// Window functions, and the Bessel function that one of them needs.
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { constantOf, fullAs, type TensorLike, toFloat, toNumbers } from './convert.ts';

/** A window of `x` samples, computed here: its length must be known anyway. */
const windowOp = (name: string, sample: (index: number, last: number) => number) =>
  defineOp(name, ['x'], (x: TensorLike): Tensor => {
    const [length] = toNumbers(x) as [number];
    return constantOf(length === 1 ? [1] : Array.from({ length }, (_, index) => sample(index, length - 1)), 'float32');
  });

const wave = (index: number, last: number, harmonic = 1): number => Math.cos((2 * Math.PI * harmonic * index) / last);

/** A triangle from 0 to 1 and back. */
export const bartlett = windowOp('bartlett', (index, last) => 1 - Math.abs((2 * index) / last - 1));
/** `0.42 - 0.5 cos(t) + 0.08 cos(2t)`. */
export const blackman = windowOp('blackman', (index, last) => 0.42 - 0.5 * wave(index, last) + 0.08 * wave(index, last, 2));
/** `0.54 - 0.46 cos(t)`. */
export const hamming = windowOp('hamming', (index, last) => 0.54 - 0.46 * wave(index, last));
/** `0.5 - 0.5 cos(t)`. */
export const hanning = windowOp('hanning', (index, last) => 0.5 - 0.5 * wave(index, last));

/** I0(x) = sum of ((x / 2)^k / k!)^2, until a term no longer counts. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

/** `I0(beta sqrt(1 - t^2)) / I0(beta)` for t from -1 to 1. */
export const kaiser = defineOp('kaiser', ['x', 'beta'], (x: TensorLike, beta: TensorLike): Tensor => {
  const [length] = toNumbers(x) as [number];
  const [shape] = toNumbers(beta) as [number];
  const sample = (index: number): number => {
    const t = length === 1 ? 0 : (2 * index) / (length - 1) - 1;
    return besselI0(shape * Math.sqrt(Math.max(0, 1 - t * t))) / besselI0(shape);
  };
  return constantOf(
    Array.from({ length }, (_, index) => sample(index)),
    'float32',
  );
});

/** Coefficients of Abramowitz and Stegun 9.8.1 (|x| < 3.75) and 9.8.2; their error is below 2e-7. */
const SMALL = [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
const LARGE = [0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377];

const polynomial = (x: Tensor, coefficients: readonly number[]): Tensor =>
  coefficients.reduceRight<Tensor>((sum, coefficient) => lax.add(lax.multiply(sum, x), fullAs(x, coefficient)), fullAs(x, 0));

/** The modified Bessel function of the first kind of order 0. */
export const i0 = defineOp('i0', ['x'], (x: TensorLike): Tensor => {
  const size = lax.abs(toFloat(x));
  const limit = fullAs(size, 3.75);
  const ratio = lax.divide(lax.minimum(size, limit), limit);
  const large = lax.maximum(size, limit);
  const far = lax.divide(lax.multiply(lax.exp(large), polynomial(lax.divide(limit, large), LARGE)), lax.sqrt(large));
  return lax.select(lax.compare('less', size, limit), polynomial(lax.multiply(ratio, ratio), SMALL), far);
});
