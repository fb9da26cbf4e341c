// acos: the inverse cosine.
import { unaryPrimitive } from './elementwise.ts';

export const acos = unaryPrimitive('acos', { float: Math.acos });
