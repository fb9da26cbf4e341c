// Whole numbers of 4 bits, two in a byte: the even ones in the lower half.
import type { Tensor } from '../../trace/tensor.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import * as ops from '../ops/index.ts';

const NIBBLE = 15;

/** Packs int8 values from -8 to 7 along an axis, whose size is halved; an odd one is filled up with 0. */
export function packInt4(values: TensorLike, axis = 0): Tensor {
  const x = ops.moveaxis(ops.cast(values, 'int32'), axis, 0);
  const size = x.shape[0] as number;
  const even = size % 2 === 0 ? x : ops.pad(x, x.shape.map((_, each) => (each === 0 ? [0, 1] : [0, 0])) as [number, number][]);
  const pairs = ops.bitwiseAnd(ops.reshape(even, [Math.ceil(size / 2), 2, ...x.shape.slice(1)]), NIBBLE);
  const [low, high] = ops.unstack(pairs, { axis: 1 }) as [Tensor, Tensor];
  const byte = ops.add(low, ops.multiply(high, 16));
  const signed = ops.subtract(byte, ops.multiply(ops.cast(ops.greaterEqual(byte, 128), 'int32'), 256));
  return ops.moveaxis(ops.cast(signed, 'int8'), 0, axis);
}

/** Undoes `packInt4`: `length` is the size of the axis before. */
export function unpackInt4(packed: TensorLike, length: number, axis = 0): Tensor {
  const x = ops.moveaxis(ops.cast(toTensor(packed), 'int32'), axis, 0);
  const low = ops.bitwiseAnd(x, NIBBLE);
  const high = ops.bitwiseAnd(ops.rightShift(x, 4), NIBBLE);
  const pairs = ops.reshape(ops.stack([low, high], { axis: 1 }), [2 * (x.shape[0] as number), ...x.shape.slice(1)]);
  const signed = ops.subtract(ops.bitwiseXor(pairs, 8), 8);
  const kept = ops.slice(
    signed,
    signed.shape.map(() => 0),
    [length, ...signed.shape.slice(1)],
  );
  return ops.moveaxis(ops.cast(kept, 'int8'), 0, axis);
}
