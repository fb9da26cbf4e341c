// subtract: the difference; integers wrap.
import { binaryPrimitive } from './elementwise.ts';

export const subtract = binaryPrimitive('subtract', {
  float: (x, y) => x - y,
  integer: (x, y) => x - y,
  wide: (x, y) => x - y,
});
