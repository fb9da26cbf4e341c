// digamma: the derivative of the logarithm of the gamma function.
import type { TensorType } from '../graph.ts';
import type { Lax } from '../lax.ts';
import { digamma as digammaOf } from '../special/digamma.ts';
import { unaryPrimitive } from './elementwise.ts';

export const digamma = unaryPrimitive('digamma', { float: digammaOf }, ({ lax, x, cotangent }) =>
  lax.multiply(cotangent, trigamma(lax, x)),
);

/** Coefficients of the asymptotic series of trigamma in 1 / x^2 after 1 / x + 1 / (2 x^2): the Bernoulli numbers. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6] as const;
/** From here on the series has all digits of float64. */
const LARGE = 10;

/** The derivative of digamma: the recurrence up to large arguments, the series there, the reflection below 1/2. */
function trigamma<T extends TensorType>(lax: Lax<T>, x: T): T {
  const of = (value: number): T => lax.fullLike(x, value);
  const inverseSquare = (y: T): T => lax.divide(of(1), lax.multiply(y, y));
  const isSmall = lax.compare('less', x, of(0.5));
  const start = lax.select(isSmall, lax.subtract(of(1), x), x);
  let sum = of(0);
  for (let step = 0; step < LARGE; step++) sum = lax.add(sum, inverseSquare(lax.add(start, of(step))));
  const y = lax.add(start, of(LARGE));
  const square = inverseSquare(y);
  const series = BERNOULLI.reduceRight((rest, coefficient) => lax.add(of(coefficient), lax.multiply(square, rest)), of(0));
  const tail = lax.add(lax.divide(lax.add(of(1), lax.multiply(square, series)), y), lax.multiply(square, of(0.5)));
  const value = lax.add(sum, tail);
  const sine = lax.sin(lax.multiply(x, of(Math.PI)));
  const reflected = lax.subtract(lax.multiply(of(Math.PI ** 2), inverseSquare(sine)), value);
  return lax.select(isSmall, reflected, value);
}
