// erf_inv: the inverse of the error function on [-1, 1]; NaN outside.
import { inverseErf } from '../special/inverse-erf.ts';
import { unaryPrimitive } from './elementwise.ts';

export const erfInv = unaryPrimitive('erf_inv', { float: inverseErf });
