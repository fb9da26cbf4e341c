// acosh: the inverse hyperbolic cosine.
import { unaryPrimitive } from './elementwise.ts';

export const acosh = unaryPrimitive('acosh', { float: Math.acosh }, ({ lax, x, cotangent }) => {
  const one = lax.fullLike(x, 1);
  // Two roots, so that there is no slope where there is no value.
  return lax.multiply(cotangent, lax.multiply(lax.rsqrt(lax.subtract(x, one)), lax.rsqrt(lax.add(x, one))));
});
