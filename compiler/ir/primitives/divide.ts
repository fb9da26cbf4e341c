// divide: the quotient; integers truncate toward zero, and an integer divided by zero gives 0.
import { binaryPrimitive } from './elementwise.ts';

export const divide = binaryPrimitive(
  'divide',
  {
    float: (x, y) => x / y,
    integer: (x, y) => (y === 0 ? 0 : Math.trunc(x / y)),
    wide: (x, y) => (y === 0n ? 0n : x / y),
    float32: (x, y, result) => {
      for (let index = 0; index < result.length; index++) result[index] = (x[index] as number) / (y[index] as number);
    },
  },
  ({ lax, y, result, cotangent }) => {
    const quotient = lax.divide(cotangent, y);
    return [quotient, lax.negative(lax.multiply(quotient, result))];
  },
);
