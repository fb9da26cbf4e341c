// sinh: the hyperbolic sine.
import { unaryPrimitive } from './elementwise.ts';

export const sinh = unaryPrimitive('sinh', { float: Math.sinh }, ({ lax, x, cotangent }) => lax.multiply(cotangent, lax.cosh(x)));
