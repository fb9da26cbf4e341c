// multiply: the product; integers wrap.
import { binaryPrimitive } from './elementwise.ts';

export const multiply = binaryPrimitive(
  'multiply',
  {
    float: (x, y) => x * y,
    integer: Math.imul,
    wide: (x, y) => x * y,
    float32: (x, y, result) => {
      for (let index = 0; index < result.length; index++) result[index] = (x[index] as number) * (y[index] as number);
    },
  },
  ({ lax, x, y, cotangent }) => [lax.multiply(cotangent, y), lax.multiply(cotangent, x)],
);
