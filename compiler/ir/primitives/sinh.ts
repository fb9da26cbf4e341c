// sinh: the hyperbolic sine.
import { unaryPrimitive } from './elementwise.ts';

export const sinh = unaryPrimitive('sinh', { float: Math.sinh });
