// cbrt: the cube root, of negative numbers too.
import { unaryPrimitive } from './elementwise.ts';

export const cbrt = unaryPrimitive('cbrt', { float: Math.cbrt }, ({ lax, result, cotangent }) =>
  lax.divide(cotangent, lax.multiply(lax.fullLike(result, 3), lax.multiply(result, result))),
);
