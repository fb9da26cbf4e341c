// tan: the tangent.
import { unaryPrimitive } from './elementwise.ts';

export const tan = unaryPrimitive('tan', { float: Math.tan }, ({ lax, result, cotangent }) =>
  lax.multiply(cotangent, lax.add(lax.fullLike(result, 1), lax.multiply(result, result))),
);
