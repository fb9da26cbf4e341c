// asinh: the inverse hyperbolic sine.
import { unaryPrimitive } from './elementwise.ts';

export const asinh = unaryPrimitive('asinh', { float: Math.asinh }, ({ lax, x, cotangent }) =>
  lax.multiply(cotangent, lax.rsqrt(lax.add(lax.multiply(x, x), lax.fullLike(x, 1)))),
);
