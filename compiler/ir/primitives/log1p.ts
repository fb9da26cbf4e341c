// log1p: the natural logarithm of 1 + x, exact near zero.
import { unaryPrimitive } from './elementwise.ts';

export const log1p = unaryPrimitive('log1p', { float: Math.log1p }, ({ lax, x, cotangent }) =>
  lax.divide(cotangent, lax.add(x, lax.fullLike(x, 1))),
);
