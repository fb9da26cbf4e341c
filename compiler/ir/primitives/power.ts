// power: x to the power of y, as C's pow; integers wrap, and a negative integer exponent truncates the fraction.
import { binaryPrimitive } from './elementwise.ts';

export const power = binaryPrimitive(
  'power',
  {
    // JavaScript alone gives NaN for 1 ** NaN and for 1 or -1 to an infinite power.
    float: (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y),
    integer: (x, y) => {
      if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
      let result = 1;
      let square = x;
      for (let exponent = y; exponent > 0; exponent = Math.floor(exponent / 2)) {
        if (exponent % 2 === 1) result = Math.imul(result, square);
        square = Math.imul(square, square);
      }
      return result;
    },
    wide: (x, y) => {
      if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
      let result = 1n;
      let square = x;
      for (let exponent = y; exponent > 0n; exponent >>= 1n) {
        if (exponent & 1n) result = BigInt.asIntN(64, result * square);
        square = BigInt.asIntN(64, square * square);
      }
      return result;
    },
  },
  ({ lax, x, y, result, cotangent }) => {
    const zero = lax.fullLike(x, 0);
    const slope = lax.multiply(y, lax.power(x, lax.subtract(y, lax.fullLike(y, 1))));
    // The logarithm counts as 0 where there is none, as in Keras on TensorFlow.
    const isPositive = lax.compare('greater', x, zero);
    const logarithm = lax.select(isPositive, lax.log(lax.select(isPositive, x, lax.fullLike(x, 1))), zero);
    return [lax.multiply(cotangent, slope), lax.multiply(cotangent, lax.multiply(result, logarithm))];
  },
);
