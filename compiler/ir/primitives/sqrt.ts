// sqrt: the square root; NaN below zero.
import { unaryPrimitive } from './elementwise.ts';

export const sqrt = unaryPrimitive('sqrt', { float: Math.sqrt }, ({ lax, result, cotangent }) =>
  lax.divide(lax.multiply(cotangent, lax.fullLike(result, 0.5)), result),
);
