// asin: the inverse sine.
import { unaryPrimitive } from './elementwise.ts';

export const asin = unaryPrimitive('asin', { float: Math.asin }, ({ lax, x, cotangent }) =>
  lax.multiply(cotangent, lax.rsqrt(lax.subtract(lax.fullLike(x, 1), lax.multiply(x, x)))),
);
