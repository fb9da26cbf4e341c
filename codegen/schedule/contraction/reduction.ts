// The reduction of a contraction as a loop nest over its operands, and its columns in panels.
import type { Axis } from '../../stage/stage.ts';
import { type Access, blockStride, crossesBlocks, strideOf } from './access.ts';
import type { Contraction } from './match.ts';

/** One loop of the reduction. It runs over an axis, over the blocks of one, or inside them. */
export interface ReductionLoop {
  readonly extent: number;
  /** Elements of the data from one step to the next. */
  readonly stride: number;
  /** Elements of the weights, where they lie in memory, from one step to the next. */
  readonly weightsStride: number;
  /** The axes' positions at a step, as contributions to be added up. */
  readonly position: (step: number) => readonly (readonly [Axis, number])[];
}

/**
 * Loops of a contraction's reduction, outermost first, as few as the data's layout allows, or that of both operands where the
 * weights are not rearranged beforehand. Null where an operand's blocks do not fit the loops.
 */
export function reductionLoops({ sum, isConstant }: Contraction, data: Access, weights: Access): readonly ReductionLoop[] | null {
  const operands = isConstant ? [data] : [data, weights];
  const axes = sum.axes.filter((axis) => axis.extent > 1);
  for (const axis of axes) {
    const sizes = operands.flatMap((access) => (crossesBlocks(access, axis) ? [access.blocked?.size] : []));
    // What lies beyond the last channel of a block is no number to multiply by, unless weights of zero are packed for it.
    if (sizes.some((size) => size !== sizes[0] || (!isConstant && axis.extent % (size ?? 1) !== 0))) return null;
  }
  const loops = axes.flatMap((axis) => loopsOf(axis, data, weights, operands));
  loops.sort((a, b) => b.stride - a.stride || b.extent - a.extent);
  return merge(loops, !isConstant);
}

function loopsOf(axis: Axis, data: Access, weights: Access, operands: readonly Access[]): ReductionLoop[] {
  const size = operands.find((access) => crossesBlocks(access, axis))?.blocked?.size;
  const inner = { stride: strideOf(data, axis), weightsStride: strideOf(weights, axis) };
  if (size === undefined) return [{ extent: axis.extent, ...inner, position: (step) => [[axis, step]] }];
  const outer = { stride: blockStride(data, axis, size), weightsStride: blockStride(weights, axis, size) };
  return [
    { extent: Math.ceil(axis.extent / size), ...outer, position: (step) => [[axis, step * size]] },
    { extent: size, ...inner, position: (step) => [[axis, step]] },
  ];
}

/** Joins a loop with the one inside it where together they walk evenly through memory. */
function merge(loops: readonly ReductionLoop[], withWeights: boolean): ReductionLoop[] {
  const merged: ReductionLoop[] = [];
  for (const inner of loops) {
    const outer = merged.at(-1);
    const isEven = outer && (!withWeights || outer.weightsStride === inner.weightsStride * inner.extent);
    if (isEven && outer.stride === inner.stride * inner.extent) {
      merged[merged.length - 1] = {
        ...inner,
        extent: outer.extent * inner.extent,
        position: (step) => [...outer.position(Math.floor(step / inner.extent)), ...inner.position(step % inner.extent)],
      };
    } else merged.push(inner);
  }
  return merged.length > 0 ? merged : [{ extent: 1, stride: 0, weightsStride: 0, position: () => [] }];
}

/** Columns in panels that lie side by side in memory, each panel holding its columns for one k after the other. */
export interface Panels {
  readonly columns: number;
  /** Width of all panels but perhaps the last. */
  readonly width: number;
  /** Width of the last panel, a multiple of the panel unit. */
  readonly lastWidth: number;
  readonly count: number;
}

export function panelsFor(columns: number, width: number, unit: number): Panels {
  const full = Math.floor(columns / width);
  const rest = Math.ceil((columns - full * width) / unit) * unit;
  return rest === 0 ? { columns, width, lastWidth: width, count: full } : { columns, width, lastWidth: rest, count: full + 1 };
}

export const paddedColumns = (panels: Panels): number => (panels.count - 1) * panels.width + panels.lastWidth;

/** Number of steps of the whole nest. */
export const reductionLength = (loops: readonly ReductionLoop[]): number => loops.reduce((product, { extent }) => product * extent, 1);
