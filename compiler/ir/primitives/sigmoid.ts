// sigmoid: 1 / (1 + exp(-x)).
import { unaryPrimitive } from './elementwise.ts';

export const sigmoid = unaryPrimitive(
  'sigmoid',
  {
    // Below zero the exponential of x itself keeps all digits of small results.
    float: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  },
  ({ lax, result, cotangent }) => lax.multiply(cotangent, lax.multiply(result, lax.subtract(lax.fullLike(result, 1), result))),
);
