// xor: logical on bool, bitwise on integers.
import { binaryPrimitive } from './elementwise.ts';

export const xor = binaryPrimitive(
  'xor',
  {
    bool: (x, y) => x ^ y,
    integer: (x, y) => x ^ y,
    wide: (x, y) => x ^ y,
  },
  'none',
);
