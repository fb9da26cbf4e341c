// The bits of a tensor as another dtype.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import { bytesPerElement, type DType } from '../../ir/dtype.ts';
import { lax } from '../../trace/lax.ts';
import type { Tensor } from '../../trace/tensor.ts';
import { defineOp } from '../engine/operation.ts';
import { standardizeDType } from './conversion.ts';
import { fullAs, type TensorLike, toTensor } from './convert.ts';

const UNSIGNED: Readonly<Record<number, DType>> = { 1: 'uint8', 2: 'uint16', 4: 'uint32', 8: 'uint64' };
const unsignedOf = (bytes: number): DType => UNSIGNED[bytes] as DType;
const asBits = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : lax.bitcast(x, dtype));

/** Each element as several smaller ones, the lowest bits first. */
function splitElements(x: Tensor, ratio: number, dtype: DType): Tensor {
  const bytes = bytesPerElement(dtype);
  const bits = asBits(x, unsignedOf(bytes * ratio));
  const last = x.shape[x.rank - 1] as number;
  const parts = Array.from({ length: ratio }, (_, part) => {
    const low = lax.cast(lax.shift_right_logical(bits, fullAs(bits, 8 * bytes * part)), unsignedOf(bytes));
    return lax.reshape(low, [...x.shape, 1]);
  });
  return asBits(lax.reshape(lax.concatenate(parts, x.rank), [...x.shape.slice(0, -1), last * ratio]), dtype);
}

/** Neighbours along the last axis as one larger element, the first in the lowest bits. */
function joinElements(x: Tensor, ratio: number, dtype: DType): Tensor {
  const bytes = bytesPerElement(x.dtype);
  const shape = [...x.shape.slice(0, -1), (x.shape[x.rank - 1] as number) / ratio];
  const groups = lax.reshape(lax.cast(asBits(x, unsignedOf(bytes)), unsignedOf(bytes * ratio)), [...shape, ratio]);
  const parts = Array.from({ length: ratio }, (_, part) => {
    const start = [...shape.map(() => 0), part];
    const element = lax.reshape(lax.slice(groups, start, [...shape, part + 1]), shape);
    return lax.shift_left(element, fullAs(element, 8 * bytes * part));
  });
  return asBits(
    parts.reduce((joined, part) => lax.or(joined, part)),
    dtype,
  );
}

/** The same bits as another dtype; the last axis grows or shrinks if the sizes differ. */
export const view = defineOp('view', ['x'], (x: TensorLike, { dtype = null }: { readonly dtype?: DType | null } = {}): Tensor => {
  const tensor = toTensor(x);
  const target = dtype === null ? tensor.dtype : standardizeDType(dtype);
  const ratio = bytesPerElement(tensor.dtype) / bytesPerElement(target);
  if (ratio === 1) return asBits(tensor, target);
  if (
    tensor.rank === 0 ||
    tensor.dtype === 'bool' ||
    target === 'bool' ||
    (ratio < 1 && ((tensor.shape[tensor.rank - 1] as number) * ratio) % 1 !== 0)
  ) {
    throw new ValueError(
      `The last axis of a tensor of shape ${formatShape(tensor.shape)} and dtype ${tensor.dtype} cannot be divided into elements of another size. Received: dtype=${quote(target)}`,
      { code: 'dtype' },
    );
  }
  return ratio > 1 ? splitElements(tensor, ratio, target) : joinElements(tensor, 1 / ratio, target);
});
