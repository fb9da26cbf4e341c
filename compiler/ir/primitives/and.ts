// and: logical on bool, bitwise on integers.
import { binaryPrimitive } from './elementwise.ts';

export const and = binaryPrimitive(
  'and',
  {
    bool: (x, y) => x & y,
    integer: (x, y) => x & y,
    wide: (x, y) => x & y,
  },
  'none',
);
