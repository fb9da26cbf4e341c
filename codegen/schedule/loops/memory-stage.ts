// A stage with memory offsets in place of logical indices: what loops are made from.
import { addIndex, constantIndex, divideIndex, multiplyIndex, remainderIndex, substituteIndex } from '../../stage/index-arithmetic.ts';
import type { Axis, Buffer, ComputeStage, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { rebuild, substitute } from '../../stage/substitute.ts';

/** Every load in `body` has one index, the element's offset in its buffer's memory. */
export interface MemoryStage {
  readonly name: string;
  readonly output: Buffer;
  readonly axes: readonly Axis[];
  /** Where the element goes, counted from the start of the output's memory. */
  readonly offset: IndexExpr;
  readonly body: StageExpr;
}

export function toMemoryStage(stage: ComputeStage, buffer: (id: number) => Buffer): MemoryStage {
  const output = buffer(stage.output);
  const body = toOffsets(stage.body, buffer);
  // A position in the output may be read from data too: the step of a scan.
  const store = stage.store.map((index) => substituteIndex(index, NO_AXES, (expr) => toOffsets(expr, buffer)));
  return dropUnitAxes({ name: stage.name, output, axes: stage.axes, offset: offsetIn(output, store), body });
}

/** The expression with loads at memory offsets. */
export function toOffsets(root: StageExpr, buffer: (id: number) => Buffer): StageExpr {
  const done = new Map<StageExpr, StageExpr>();
  const replace = (expr: StageExpr): StageExpr => {
    const known = done.get(expr);
    if (known) return known;
    const replaceIndex = (index: IndexExpr): IndexExpr => substituteIndex(index, NO_AXES, replace);
    const rebuilt = rebuild(expr, replace, replaceIndex);
    const result: StageExpr =
      rebuilt.kind === 'load' && expr.kind === 'load'
        ? { ...rebuilt, indices: [offsetIn(buffer(rebuilt.buffer), rebuilt.indices)] }
        : rebuilt;
    done.set(expr, result);
    return result;
  };
  return replace(root);
}

const NO_AXES: ReadonlyMap<Axis, IndexExpr> = new Map();

/** The memory offset of a buffer's logical element. */
export function offsetIn({ layout, name }: Buffer, indices: readonly IndexExpr[]): IndexExpr {
  if (indices.length !== layout.strides.length)
    throw new Error(`kerasc bug: ${indices.length} indices into ${name} of rank ${layout.strides.length}`);
  return indices.reduce<IndexExpr>((offset, index, dim) => {
    const stride = layout.strides[dim] as number;
    if (layout.block?.dim !== dim) return addIndex(offset, multiplyIndex(index, stride));
    const { size, stride: blockStride } = layout.block;
    const block = multiplyIndex(divideIndex(index, size), blockStride);
    return addIndex(offset, addIndex(block, multiplyIndex(remainderIndex(index, size), stride)));
  }, constantIndex(layout.offset));
}

/** The stage with axes replaced by indices over other axes. */
export function replaceAxes(stage: MemoryStage, replacements: ReadonlyMap<Axis, IndexExpr>, axes: readonly Axis[]): MemoryStage {
  if (replacements.size === 0) return { ...stage, axes };
  return { ...stage, axes, offset: substituteIndex(stage.offset, replacements), body: substitute(stage.body, replacements) };
}

function dropUnitAxes(stage: MemoryStage): MemoryStage {
  const units = stage.axes.filter(({ extent }) => extent === 1);
  const replacements = new Map(units.map((axis) => [axis, constantIndex(0)]));
  return replaceAxes(
    stage,
    replacements,
    stage.axes.filter(({ extent }) => extent !== 1),
  );
}
