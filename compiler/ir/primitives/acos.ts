// acos: the inverse cosine.
import { unaryPrimitive } from './elementwise.ts';

export const acos = unaryPrimitive('acos', { float: Math.acos }, ({ lax, x, cotangent }) =>
  lax.negative(lax.multiply(cotangent, lax.rsqrt(lax.subtract(lax.fullLike(x, 1), lax.multiply(x, x))))),
);
