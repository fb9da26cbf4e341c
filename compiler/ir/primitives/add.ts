// add: the sum; integers wrap.
import { binaryPrimitive } from './elementwise.ts';

export const add = binaryPrimitive('add', {
  float: (x, y) => x + y,
  integer: (x, y) => x + y,
  wide: (x, y) => x + y,
});
