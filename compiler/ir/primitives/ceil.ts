// ceil: the smallest integer that is not less.
import { unaryPrimitive } from './elementwise.ts';

export const ceil = unaryPrimitive('ceil', { float: Math.ceil }, 'none');
