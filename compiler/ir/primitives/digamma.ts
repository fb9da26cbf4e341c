// digamma: the derivative of the logarithm of the gamma function.
import { digamma as digammaOf } from '../special/digamma.ts';
import { unaryPrimitive } from './elementwise.ts';

export const digamma = unaryPrimitive('digamma', { float: digammaOf });
