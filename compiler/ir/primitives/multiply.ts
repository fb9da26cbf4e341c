// multiply: the product; integers wrap.
import { binaryPrimitive } from './elementwise.ts';

export const multiply = binaryPrimitive('multiply', {
  float: (x, y) => x * y,
  integer: Math.imul,
  wide: (x, y) => x * y,
});
