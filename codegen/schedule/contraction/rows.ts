// The rows of a contraction as loops: axes that walk evenly through every operand become one.
import type { Axis } from '../../stage/stage.ts';
import { type Access, crossesBlocks, type SplitAxis, splitAxis, strideOf } from './access.ts';

/** Several axes of the result walked as one: the last of them carries the strides. */
export interface RowLoop {
  readonly axis: Axis;
  readonly extent: number;
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
