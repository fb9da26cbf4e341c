// acosh: the inverse hyperbolic cosine.
import { unaryPrimitive } from './elementwise.ts';

export const acosh = unaryPrimitive('acosh', { float: Math.acosh });
