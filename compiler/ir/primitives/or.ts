// or: logical on bool, bitwise on integers.
import { binaryPrimitive } from './elementwise.ts';

export const or = binaryPrimitive(
  'or',
  {
    bool: (x, y) => x | y,
    integer: (x, y) => x | y,
    wide: (x, y) => x | y,
  },
  'none',
);
