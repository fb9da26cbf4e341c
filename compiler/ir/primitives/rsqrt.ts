// rsqrt: one over the square root; infinity at zero.
import { unaryPrimitive } from './elementwise.ts';

export const rsqrt = unaryPrimitive('rsqrt', { float: (x) => 1 / Math.sqrt(x) }, ({ lax, x, result, cotangent }) =>
  lax.multiply(lax.multiply(cotangent, lax.fullLike(x, -0.5)), lax.divide(result, x)),
);
