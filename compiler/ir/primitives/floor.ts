// floor: the largest integer that is not greater.
import { unaryPrimitive } from './elementwise.ts';

export const floor = unaryPrimitive('floor', { float: Math.floor }, 'none');
