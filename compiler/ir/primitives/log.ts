// log: the natural logarithm; minus infinity at zero, NaN below.
import { unaryPrimitive } from './elementwise.ts';

export const log = unaryPrimitive('log', { float: Math.log }, ({ lax, x, cotangent }) => lax.divide(cotangent, x));
