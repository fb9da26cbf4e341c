// Where a load or store goes in memory: an offset and a stride per axis, once the layout of its buffer is known.
import { affineOf } from '../../stage/index-arithmetic.ts';
import type { Axis, Buffer, IndexExpr } from '../../stage/stage.ts';

export interface Access {
  readonly buffer: Buffer;
  /** Elements from the start of the buffer's memory. */
  readonly offset: number;
  /** Elements per step of each axis; absent axes do not move. */
  readonly strides: ReadonlyMap<Axis, number>;
  /** The axis along the blocked dim, if the buffer has one: `stride` per block of `size`, `strides` within a block. */
  readonly blocked?: { readonly axis: Axis; readonly size: number; readonly stride: number };
}

/** The access of affine indices, or null where an index is not affine or cuts across blocks. */
export function accessOf(buffer: Buffer, indices: readonly IndexExpr[]): Access | null {
  const { layout } = buffer;
  const strides = new Map<Axis, number>();
  let offset = layout.offset;
  let blocked: Access['blocked'];
  for (const [dim, index] of indices.entries()) {
    const affine = affineOf(index);
    if (!affine) return null;
    const stride = layout.strides[dim] as number;
    const { block } = layout;
    if (block?.dim === dim && affine.coefficients.size > 0) {
      const [[axis, factor]] = [...affine.coefficients] as [[Axis, number]];
      if (affine.coefficients.size !== 1 || factor !== 1 || affine.constant % block.size !== 0) return null;
      offset += (affine.constant / block.size) * block.stride;
      blocked = { axis, size: block.size, stride: block.stride };
    } else if (block?.dim === dim) {
      offset += Math.floor(affine.constant / block.size) * block.stride + (affine.constant % block.size) * stride;
      continue;
    } else offset += affine.constant * stride;
    for (const [axis, factor] of affine.coefficients) strides.set(axis, (strides.get(axis) ?? 0) + factor * stride);
  }
  return { buffer, offset, strides, ...(blocked ? { blocked } : {}) };
}

export const strideOf = (access: Access, axis: Axis): number => access.strides.get(axis) ?? 0;
