// lgamma: the logarithm of the absolute value of the gamma function.
import { logGamma } from '../special/log-gamma.ts';
import { unaryPrimitive } from './elementwise.ts';

export const lgamma = unaryPrimitive('lgamma', { float: logGamma }, ({ lax, x, cotangent }) => lax.multiply(cotangent, lax.digamma(x)));
