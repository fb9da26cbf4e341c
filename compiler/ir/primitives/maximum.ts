// maximum: the greater operand; NaN if either is NaN.
import { binaryPrimitive } from './elementwise.ts';

export const maximum = binaryPrimitive('maximum', {
  float: larger,
  integer: larger,
  wide: (x, y) => (x > y ? x : y),
  bool: larger,
});

function larger(x: number, y: number): number {
  return x !== x || x > y ? x : y;
}
