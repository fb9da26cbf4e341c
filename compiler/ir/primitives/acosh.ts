// acosh: the inverse hyperbolic cosine.
import { unaryPrimitive } from './elementwise.ts';

export const acosh = unaryPrimitive('acosh', { float: Math.acosh }, ({ lax, x, cotangent }) =>
  lax.multiply(cotangent, lax.rsqrt(lax.multiply(lax.subtract(x, lax.fullLike(x, 1)), lax.add(x, lax.fullLike(x, 1))))),
);
