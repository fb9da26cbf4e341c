// minimum: the lesser operand; NaN if either is NaN.
import { binaryPrimitive } from './elementwise.ts';

export const minimum = binaryPrimitive('minimum', {
  float: smaller,
  integer: smaller,
  wide: (x, y) => (x < y ? x : y),
  bool: smaller,
});

function smaller(x: number, y: number): number {
  return x !== x || x < y ? x : y;
}
