// Operations on the bits of integers and booleans.
import { isSigned } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp, type Op } from '../engine/operation.ts';
import { promotePair, type TensorLike, toTensor } from './convert.ts';

const bitOp = (name: string, compute: (x: Tensor, y: Tensor) => Tensor): Op<(x: TensorLike, y: TensorLike) => Tensor> =>
  defineOp(name, ['x', 'y'], (x: TensorLike, y: TensorLike) => compute(...promotePair(x, y)));

const numbers = (x: Tensor): Tensor => (x.dtype === 'bool' ? lax.cast(x, 'int32') : x);
const shiftLeft = (x: Tensor, y: Tensor): Tensor => lax.shift_left(numbers(x), numbers(y));
const shiftRight = (x: Tensor, y: Tensor): Tensor =>
  isSigned(x.dtype) || x.dtype === 'bool' ? lax.shift_right(numbers(x), numbers(y)) : lax.shift_right_logical(x, y);

/** Bits set in both. */
export const bitwiseAnd = bitOp('bitwise_and', lax.and);
/** Bits set in either. */
export const bitwiseOr = bitOp('bitwise_or', lax.or);
/** Bits set in one of the two. */
export const bitwiseXor = bitOp('bitwise_xor', lax.xor);
/** All bits flipped. */
export const bitwiseNot = defineOp('bitwise_not', ['x'], (x: TensorLike): Tensor => lax.not(toTensor(x)));
/** All bits flipped; the same as `bitwiseNot`. */
export const bitwiseInvert = defineOp('bitwise_invert', ['x'], (x: TensorLike): Tensor => lax.not(toTensor(x)));
/** `x * 2^y`. */
export const leftShift = bitOp('left_shift', shiftLeft);
/** `x * 2^y`; the same as `leftShift`. */
export const bitwiseLeftShift = bitOp('bitwise_left_shift', shiftLeft);
/** `x / 2^y`, rounded down. */
export const rightShift = bitOp('right_shift', shiftRight);
/** `x / 2^y`, rounded down; the same as `rightShift`. */
export const bitwiseRightShift = bitOp('bitwise_right_shift', shiftRight);
