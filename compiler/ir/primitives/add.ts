// add: the sum; integers wrap.
import { binaryPrimitive } from './elementwise.ts';

export const add = binaryPrimitive(
  'add',
  {
    float: (x, y) => x + y,
    integer: (x, y) => x + y,
    wide: (x, y) => x + y,
    float32: (x, y, result) => {
      for (let index = 0; index < result.length; index++) result[index] = (x[index] as number) + (y[index] as number);
    },
  },
  ({ cotangent }) => [cotangent, cotangent],
);
