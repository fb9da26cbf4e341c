// cos: the cosine.
import { unaryPrimitive } from './elementwise.ts';

export const cos = unaryPrimitive('cos', { float: Math.cos });
