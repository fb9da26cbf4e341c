// erf: the error function.
import { erf as erfOf } from '../special/erf.ts';
import { unaryPrimitive } from './elementwise.ts';

export const erf = unaryPrimitive('erf', { float: erfOf }, ({ lax, x, cotangent }) =>
  lax.multiply(lax.multiply(cotangent, lax.fullLike(x, 2 / Math.sqrt(Math.PI))), lax.exp(lax.negative(lax.multiply(x, x)))),
);
