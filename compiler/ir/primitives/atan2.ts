// atan2: the angle of the point (y, x), the first operand being y.
import { binaryPrimitive } from './elementwise.ts';

export const atan2 = binaryPrimitive('atan2', { float: Math.atan2 });
