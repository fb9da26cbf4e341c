// tanh: the hyperbolic tangent.
import { unaryPrimitive } from './elementwise.ts';

export const tanh = unaryPrimitive('tanh', { float: Math.tanh }, ({ lax, result, cotangent }) =>
  lax.multiply(cotangent, lax.subtract(lax.fullLike(result, 1), lax.multiply(result, result))),
);
