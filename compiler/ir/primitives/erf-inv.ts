// erf_inv: the inverse of the error function on [-1, 1]; NaN outside.
import { inverseErf } from '../special/inverse-erf.ts';
import { unaryPrimitive } from './elementwise.ts';

export const erfInv = unaryPrimitive('erf_inv', { float: inverseErf }, ({ lax, result, cotangent }) =>
  lax.multiply(lax.multiply(cotangent, lax.fullLike(result, Math.sqrt(Math.PI) / 2)), lax.exp(lax.multiply(result, result))),
);
