// erf: the error function.
import { erf as erfOf } from '../special/erf.ts';
import { unaryPrimitive } from './elementwise.ts';

export const erf = unaryPrimitive('erf', { float: erfOf });
