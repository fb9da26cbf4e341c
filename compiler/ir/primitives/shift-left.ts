// shift_left: x times 2 to the power of y; 0 if y is negative or not less than the width.
import { binaryPrimitive } from './elementwise.ts';

export const shiftLeft = binaryPrimitive(
  'shift_left',
  {
    integer: (x, y, bits) => (y < 0 || y >= bits ? 0 : x << y),
    wide: (x, y) => (y < 0n || y >= 64n ? 0n : x << y),
  },
  'none',
);
