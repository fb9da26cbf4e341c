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

/** Whether the axis runs over more than one block of the access. */
export const crossesBlocks = ({ blocked }: Access, axis: Axis): boolean => blocked?.axis === axis && axis.extent > blocked.size;

/** Elements from one block of `size` positions along the axis to the next. */
export function blockStride(access: Access, axis: Axis, size: number): number {
  return crossesBlocks(access, axis) ? (access.blocked?.stride ?? 0) : size * strideOf(access, axis);
}

/** The access with one axis in place of several: it moves as the innermost of them does. */
export function joinAxes(access: Access, parts: readonly Axis[], joined: Axis): Access {
  const innermost = parts.at(-1) as Axis;
  if (!access.strides.has(innermost)) return access;
  const others = [...access.strides].filter(([axis]) => !parts.includes(axis));
  return { ...access, strides: new Map([...others, [joined, strideOf(access, innermost)]]) };
}

/** An axis as two: one over blocks of `size` positions, one inside them. */
export interface SplitAxis {
  readonly axis: Axis;
  readonly size: number;
  readonly outer: Axis;
  readonly inner: Axis;
}

/** The access with two axes in place of one, and no blocks along it any more. */
export function splitAxis(access: Access, { axis, size, outer, inner }: SplitAxis): Access {
  if (!access.strides.has(axis)) return access;
  const { blocked, ...rest } = access;
  const others = [...access.strides].filter(([other]) => other !== axis);
  const own: [Axis, number][] = [
    [outer, blockStride(access, axis, size)],
    [inner, strideOf(access, axis)],
  ];
  return { ...rest, strides: new Map([...others, ...own]), ...(blocked && blocked.axis !== axis ? { blocked } : {}) };
}
