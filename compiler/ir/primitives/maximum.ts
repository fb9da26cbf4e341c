// maximum: the greater operand; NaN if either is NaN.
import { binaryPrimitive } from './elementwise.ts';

export const maximum = binaryPrimitive('maximum', {
  float: larger,
  integer: larger,
  wide: (x, y) => (x > y ? x : y),
  bool: larger,
  float32: (x, y, result) => {
    for (let index = 0; index < result.length; index++) result[index] = larger(x[index] as number, y[index] as number);
  },
});

function larger(x: number, y: number): number {
  return x !== x || x > y ? x : y;
}
