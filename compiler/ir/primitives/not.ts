// not: logical negation of bool, bitwise of integers.
import { unaryPrimitive } from './elementwise.ts';

export const not = unaryPrimitive(
  'not',
  {
    bool: (x) => 1 - x,
    integer: (x) => ~x,
    wide: (x) => ~x,
  },
  'none',
);
