// round: the nearest integer, ties to the even one.
import { roundHalfEven } from '../float16.ts';
import { unaryPrimitive } from './elementwise.ts';

export const round = unaryPrimitive('round', { float: roundHalfEven }, 'none');
