// asin: the inverse sine.
import { unaryPrimitive } from './elementwise.ts';

export const asin = unaryPrimitive('asin', { float: Math.asin });
