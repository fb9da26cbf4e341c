// sqrt: the square root; NaN below zero.
import { unaryPrimitive } from './elementwise.ts';

export const sqrt = unaryPrimitive('sqrt', { float: Math.sqrt });
