// atan: the inverse tangent.
import { unaryPrimitive } from './elementwise.ts';

export const atan = unaryPrimitive('atan', { float: Math.atan });
