// negative: the value with the other sign; unsigned integers wrap.
import { unaryPrimitive } from './elementwise.ts';

export const negative = unaryPrimitive(
  'negative',
  {
    float: (x) => -x,
    integer: (x) => -x,
    wide: (x) => -x,
  },
  ({ lax, cotangent }) => lax.negative(cotangent),
);
