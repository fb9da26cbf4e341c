// remainder: the remainder of truncated division, with the dividend's sign as C's fmod; 0 for an integer divided by zero.
import { binaryPrimitive } from './elementwise.ts';

export const remainder = binaryPrimitive(
  'remainder',
  {
    float: (x, y) => x % y,
    integer: (x, y) => (y === 0 ? 0 : x % y),
    wide: (x, y) => (y === 0n ? 0n : x % y),
  },
  ({ lax, x, y, result, cotangent }) => {
    // x = y * n + result for a whole number n.
    const whole = lax.round(lax.divide(lax.subtract(x, result), y));
    return [cotangent, lax.negative(lax.multiply(cotangent, whole))];
  },
);
