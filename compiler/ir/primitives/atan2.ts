// atan2: the angle of the point (y, x), the first operand being y.
import { binaryPrimitive } from './elementwise.ts';

export const atan2 = binaryPrimitive('atan2', { float: Math.atan2 }, ({ lax, x, y, cotangent }) => {
  const scaled = lax.divide(cotangent, lax.add(lax.multiply(x, x), lax.multiply(y, y)));
  return [lax.multiply(scaled, y), lax.negative(lax.multiply(scaled, x))];
});
