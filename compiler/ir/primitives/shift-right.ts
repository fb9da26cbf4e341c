// shift_right: the shift that repeats the sign; the sign alone remains if y is negative or not less than the width.
import { binaryPrimitive } from './elementwise.ts';

export const shiftRight = binaryPrimitive(
  'shift_right',
  {
    integer: (x, y, bits) => {
      if (y < 0 || y >= bits) return x < 0 ? -1 : 0;
      // The operator of JavaScript would read an unsigned 32-bit operand as negative.
      return x < 0 ? x >> y : x >>> y;
    },
    wide: (x, y) => (y < 0n || y >= 64n ? (x < 0n ? -1n : 0n) : x >> y),
  },
  'none',
);
