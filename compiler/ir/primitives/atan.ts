// atan: the inverse tangent.
import { unaryPrimitive } from './elementwise.ts';

export const atan = unaryPrimitive('atan', { float: Math.atan }, ({ lax, x, cotangent }) =>
  lax.divide(cotangent, lax.add(lax.fullLike(x, 1), lax.multiply(x, x))),
);
