// tanh: the hyperbolic tangent.
import { unaryPrimitive } from './elementwise.ts';

export const tanh = unaryPrimitive('tanh', { float: Math.tanh });
