// sin: the sine.
import { unaryPrimitive } from './elementwise.ts';

export const sin = unaryPrimitive('sin', { float: Math.sin }, ({ lax, x, cotangent }) => lax.multiply(cotangent, lax.cos(x)));
