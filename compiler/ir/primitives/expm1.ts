// expm1: e to the power of x, minus 1, exact near zero.
import { unaryPrimitive } from './elementwise.ts';

export const expm1 = unaryPrimitive('expm1', { float: Math.expm1 }, ({ lax, x, cotangent }) => lax.multiply(cotangent, lax.exp(x)));
