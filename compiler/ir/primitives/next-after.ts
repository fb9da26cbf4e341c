// next_after: the float next to x in the direction of y.
import { nextAfter as neighbour } from '../special/next-after.ts';
import { binaryPrimitive } from './elementwise.ts';

export const nextAfter = binaryPrimitive('next_after', { float: neighbour }, ({ lax, cotangent }) => [
  cotangent,
  lax.fullLike(cotangent, 0),
]);
