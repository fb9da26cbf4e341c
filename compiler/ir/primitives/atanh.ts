// atanh: the inverse hyperbolic tangent.
import { unaryPrimitive } from './elementwise.ts';

export const atanh = unaryPrimitive('atanh', { float: Math.atanh }, ({ lax, x, cotangent }) =>
  lax.divide(cotangent, lax.subtract(lax.fullLike(x, 1), lax.multiply(x, x))),
);
