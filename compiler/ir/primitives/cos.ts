// cos: the cosine.
import { unaryPrimitive } from './elementwise.ts';

export const cos = unaryPrimitive('cos', { float: Math.cos }, ({ lax, x, cotangent }) => lax.negative(lax.multiply(cotangent, lax.sin(x))));
