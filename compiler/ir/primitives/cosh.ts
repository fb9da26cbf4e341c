// cosh: the hyperbolic cosine.
import { unaryPrimitive } from './elementwise.ts';

export const cosh = unaryPrimitive('cosh', { float: Math.cosh }, ({ lax, x, cotangent }) => lax.multiply(cotangent, lax.sinh(x)));
