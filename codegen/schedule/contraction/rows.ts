// The rows of a contraction as loops: axes that walk evenly through every operand become one.
import type { Axis } from '../../stage/stage.ts';
import { type Access, crossesBlocks, type SplitAxis, splitAxis, strideOf } from './access.ts';

/** Several axes of the result walked as one: the last of them carries the strides. */
export interface RowLoop {
  readonly axis: Axis;
  readonly extent: number;
  /** Where each row of the data lies from the first, where they are not evenly apart. */
  readonly offsets?: readonly number[];
}

/** Longer rows fill tiles well by themselves, and an outer loop keeps strips and threads something to divide. */
const LONGEST_MERGED = 32;
const LONGEST_RESULT = 1024;

/** Row axes from the outermost to the innermost, merged where all accesses allow it. */
export function rowLoops(rows: readonly Axis[], accesses: readonly Access[]): readonly RowLoop[] {
  const loops: RowLoop[] = [];
  for (const axis of rows) {
    const outer = loops.at(-1);
    const isShort = outer && axis.extent <= LONGEST_MERGED && outer.extent * axis.extent <= LONGEST_RESULT;
    const isEven = isShort && accesses.every((access) => strideOf(access, outer.axis) === strideOf(access, axis) * axis.extent);
    if (isEven) loops[loops.length - 1] = { axis, extent: outer.extent * axis.extent };
    else loops.push({ axis, extent: axis.extent });
  }
  return loops;
}

/** Loops shorter than this leave most of a tile's rows empty, and up to this many rows are worth code of their own. */
const SHORT_LOOP = 6;
const MOST_UNEVEN_ROWS = 64;

/**
 * The loops with the innermost, where it is short, joined to the one around it: taps of a kernel are few along each axis. `result`
 * must walk evenly along both.
 */
export function joinShortRows(loops: readonly RowLoop[], data: Access, result: Access): readonly RowLoop[] {
  const [outer, inner] = loops.slice(-2) as [RowLoop, RowLoop];
  if (loops.length < 2 || inner.extent >= SHORT_LOOP || outer.extent * inner.extent > MOST_UNEVEN_ROWS) return loops;
  if (strideOf(result, outer.axis) !== strideOf(result, inner.axis) * inner.extent) return loops;
  const offsets = Array.from(
    { length: outer.extent * inner.extent },
    (_, row) => Math.floor(row / inner.extent) * strideOf(data, outer.axis) + (row % inner.extent) * strideOf(data, inner.axis),
  );
  return [...loops.slice(0, -2), { axis: inner.axis, extent: outer.extent * inner.extent, offsets }];
}

/** Rows that run over blocks of channels, as loops over blocks and inside of them. */
export interface SplitRows {
  readonly rows: readonly Axis[];
  /** An access along these rows. */
  readonly along: (access: Access) => Access;
}

/** Null where an operand's blocks do not divide a row axis. */
export function splitRows(axes: readonly Axis[], accesses: readonly Access[]): SplitRows | null {
  const splits: SplitAxis[] = [];
  for (const axis of axes) {
    const size = accesses.find((access) => crossesBlocks(access, axis))?.blocked?.size;
    if (size === undefined) continue;
    if (axis.extent % size !== 0) return null;
    const outer: Axis = { name: `${axis.name}_block`, extent: axis.extent / size };
    splits.push({ axis, size, outer, inner: { name: axis.name, extent: size } });
  }
  const rows = axes.flatMap((axis) => {
    const split = splits.find((each) => each.axis === axis);
    return split ? [split.outer, split.inner] : [axis];
  });
  return { rows, along: (access) => splits.reduce(splitAxis, access) };
}
