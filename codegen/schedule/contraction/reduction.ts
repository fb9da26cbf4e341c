// The reduction of a contraction as a loop nest over the data, and the weights rearranged to the order of that nest.
import type { Axis } from '../../stage/stage.ts';
import type { Packing } from '../scheduled.ts';
import type { Access } from './access.ts';
import { strideOf } from './access.ts';
import type { Contraction } from './match.ts';

/** One loop of the reduction. It runs over an axis, over the blocks of one, or inside them. */
export interface ReductionLoop {
  readonly extent: number;
  /** Elements of the data from one step to the next. */
  readonly stride: number;
  /** The axes' positions at a step, as contributions to be added up. */
  readonly position: (step: number) => readonly (readonly [Axis, number])[];
}

/** Loops of a contraction's reduction, outermost first, as few as the data's layout allows. */
export function reductionLoops(contraction: Contraction, data: Access): readonly ReductionLoop[] {
  const loops = contraction.sum.axes.filter((axis) => axis.extent > 1).flatMap((axis) => loopsOf(axis, data));
  loops.sort((a, b) => b.stride - a.stride || b.extent - a.extent);
  return merge(loops);
}

function loopsOf(axis: Axis, data: Access): ReductionLoop[] {
  const stride = strideOf(data, axis);
  const { blocked } = data;
  if (blocked?.axis !== axis || axis.extent <= blocked.size) return [{ extent: axis.extent, stride, position: (step) => [[axis, step]] }];
  return [
    { extent: Math.ceil(axis.extent / blocked.size), stride: blocked.stride, position: (step) => [[axis, step * blocked.size]] },
    { extent: blocked.size, stride, position: (step) => [[axis, step]] },
  ];
}

/** Joins a loop with the one inside it where together they walk evenly through memory. */
function merge(loops: readonly ReductionLoop[]): ReductionLoop[] {
  const merged: ReductionLoop[] = [];
  for (const inner of loops) {
    const outer = merged.at(-1);
    if (outer && outer.stride === inner.stride * inner.extent) {
      merged[merged.length - 1] = {
        extent: outer.extent * inner.extent,
        stride: inner.stride,
        position: (step) => [...outer.position(Math.floor(step / inner.extent)), ...inner.position(step % inner.extent)],
      };
    } else merged.push(inner);
  }
  return merged.length > 0 ? merged : [{ extent: 1, stride: 0, position: () => [] }];
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

/** The packing of a contraction's weights: for each value of the shared axes, panels in the order of the reduction loops. */
export function packWeights(
  contraction: Contraction,
  weights: Access,
  column: Axis,
  loops: readonly ReductionLoop[],
  panels: Panels,
): Packing {
  const length = reductionLength(loops);
  const width = paddedColumns(panels);
  const shared = contraction.shared;
  const groups = shared.reduce((product, axis) => product * axis.extent, 1);
  const offsets = reductionOffsets(loops, weights);
  const columnStride = strideOf(weights, column);
  const key = `panels:${panels.width}:${panels.lastWidth}:${groups}:${shared.map((axis) => strideOf(weights, axis))}:${columnStride}:${loops.map((loop) => `${loop.extent}/${loop.stride}`)}:${weights.offset}:${hashOffsets(offsets)}`;
  return {
    key,
    elements: groups * length * width,
    pack: (values) => {
      const packed = new Float32Array(groups * length * width);
      let target = 0;
      for (let group = 0; group < groups; group++) {
        const base = weights.offset + sharedOffset(group, shared, weights);
        for (let panel = 0; panel < panels.count; panel++) {
          const panelWidth = panel === panels.count - 1 ? panels.lastWidth : panels.width;
          for (const offset of offsets) {
            for (let lane = 0; lane < panelWidth; lane++, target++) {
              const position = panel * panels.width + lane;
              if (offset >= 0 && position < panels.columns) packed[target] = values[base + offset + position * columnStride] as number;
            }
          }
        }
      }
      return packed;
    },
  };
}

/** Offset in the weights of each step of the nest; -1 where a block reaches beyond the last channel. */
function reductionOffsets(loops: readonly ReductionLoop[], weights: Access): Int32Array {
  const offsets = new Int32Array(reductionLength(loops));
  for (let flat = 0; flat < offsets.length; flat++) {
    const positions = new Map<Axis, number>();
    let rest = flat;
    for (const loop of [...loops].reverse()) {
      for (const [axis, position] of loop.position(rest % loop.extent)) positions.set(axis, (positions.get(axis) ?? 0) + position);
      rest = Math.floor(rest / loop.extent);
    }
    let offset = 0;
    for (const [axis, position] of positions)
      offset = position < axis.extent && offset >= 0 ? offset + position * strideOf(weights, axis) : -1;
    offsets[flat] = offset;
  }
  return offsets;
}

function sharedOffset(group: number, shared: readonly Axis[], weights: Access): number {
  let offset = 0;
  let rest = group;
  for (const axis of [...shared].reverse()) {
    offset += (rest % axis.extent) * strideOf(weights, axis);
    rest = Math.floor(rest / axis.extent);
  }
  return offset;
}

function hashOffsets(offsets: Int32Array): string {
  let hash = 2166136261;
  for (const offset of offsets) hash = Math.imul(hash ^ offset, 16777619);
  return (hash >>> 0).toString(16);
}
