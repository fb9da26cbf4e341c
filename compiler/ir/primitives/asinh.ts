// asinh: the inverse hyperbolic sine.
import { unaryPrimitive } from './elementwise.ts';

export const asinh = unaryPrimitive('asinh', { float: Math.asinh });
