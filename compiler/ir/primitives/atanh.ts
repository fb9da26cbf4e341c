// atanh: the inverse hyperbolic tangent.
import { unaryPrimitive } from './elementwise.ts';

export const atanh = unaryPrimitive('atanh', { float: Math.atanh });
