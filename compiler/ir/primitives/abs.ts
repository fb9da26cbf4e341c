// abs: the absolute value. The smallest signed integer has none and stays.
import { unaryPrimitive } from './elementwise.ts';

export const abs = unaryPrimitive(
  'abs',
  {
    float: Math.abs,
    integer: Math.abs,
    wide: (x) => (x < 0n ? -x : x),
  },
  ({ lax, x, cotangent }) => lax.multiply(cotangent, lax.sign(x)),
);
