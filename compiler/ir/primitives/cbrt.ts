// cbrt: the cube root, of negative numbers too.
import { unaryPrimitive } from './elementwise.ts';

export const cbrt = unaryPrimitive('cbrt', { float: Math.cbrt });
