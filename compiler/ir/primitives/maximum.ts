// maximum: the greater operand; NaN if either is NaN.
import { binaryPrimitive } from './elementwise.ts';

export const maximum = binaryPrimitive(
  'maximum',
  {
    float: larger,
    integer: larger,
    wide: (x, y) => (x > y ? x : y),
    bool: larger,
    float32: (x, y, result) => {
      for (let index = 0; index < result.length; index++) result[index] = larger(x[index] as number, y[index] as number);
    },
  },
  ({ lax, x, result, cotangent }) => {
    // Equal operands: all of it goes to the first, as in Keras on TensorFlow. Told by the result, so that the second operand (what an
    // activation is of) need not be kept.
    const isFirst = lax.compare('equal', x, result);
    const zero = lax.fullLike(x, 0);
    return [lax.select(isFirst, cotangent, zero), lax.select(isFirst, zero, cotangent)];
  },
);

function larger(x: number, y: number): number {
  return x !== x || x > y ? x : y;
}
