// exp: e to the power of x.
import { unaryPrimitive } from './elementwise.ts';

export const exp = unaryPrimitive('exp', { float: Math.exp }, ({ lax, result, cotangent }) => lax.multiply(cotangent, result));
