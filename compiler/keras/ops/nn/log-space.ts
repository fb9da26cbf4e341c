// Sums of probabilities that are given by their logarithms.
import { lax } from '../../../trace/lax.ts';
import type { Tensor } from '../../../trace/tensor.ts';

/** The logarithm of what cannot be: finite, so that differences and gradients stay numbers. */
export const IMPOSSIBLE = -1e5;

/** log(exp(a) + exp(b) + ...); the largest is taken out, through which no gradient goes. */
export function addLogarithms(terms: readonly Tensor[]): Tensor {
  const largest = lax.stop_gradient(terms.reduce((a, b) => lax.maximum(a, b)));
  const sum = terms.map((term) => lax.exp(lax.subtract(term, largest))).reduce((a, b) => lax.add(a, b));
  return lax.add(largest, lax.log(sum));
}
