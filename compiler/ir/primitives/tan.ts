// tan: the tangent.
import { unaryPrimitive } from './elementwise.ts';

export const tan = unaryPrimitive('tan', { float: Math.tan });
