// shift_right_logical: the shift that fills with zeros; 0 if y is negative or not less than the width.
import { binaryPrimitive } from './elementwise.ts';

export const shiftRightLogical = binaryPrimitive(
  'shift_right_logical',
  {
    integer: (x, y, bits) => (y < 0 || y >= bits ? 0 : (x & (2 ** bits - 1)) >>> y),
    wide: (x, y) => (y < 0n || y >= 64n ? 0n : BigInt.asUintN(64, x) >> y),
  },
  'none',
);
