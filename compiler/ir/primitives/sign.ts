// sign: -1, 0 or 1; NaN stays NaN.
import { unaryPrimitive } from './elementwise.ts';

export const sign = unaryPrimitive(
  'sign',
  {
    float: Math.sign,
    integer: Math.sign,
    wide: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  },
  // Zero, and connected, as in Keras on TensorFlow.
  ({ lax, x }) => lax.fullLike(x, 0),
);
