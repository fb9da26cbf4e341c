// Weights that are known at build time, rearranged to the order in which tiles read them.
import type { Axis } from '../../stage/stage.ts';
import type { Packing } from '../scheduled.ts';
import { type Access, strideOf } from './access.ts';
import type { Plan } from './plan.ts';
import { paddedColumns, type ReductionLoop, reductionLength } from './reduction.ts';

/** The packing of a contraction's weights: for each value of the group axes, panels in the order of the reduction loops. */
export function packConstant({ weights, column, columnParts, loops, panels, groups }: Plan): Packing {
  const length = reductionLength(loops);
  const width = paddedColumns(panels);
  const count = groups.reduce((product, axis) => product * axis.extent, 1);
  const offsets = reductionOffsets(loops, weights);
  // Where the weights move evenly along the merged column, they know the parts of it no longer.
  const columnAxes = weights.strides.has(column) ? [column] : columnParts;
  const columns = positionOffsets(columnAxes, weights);
  const strides = [groups, columnAxes].map((axes) => axes.map((axis) => strideOf(weights, axis)));
  const key = `panels:${panels.width}:${panels.lastWidth}:${count}:${strides.join(':')}:${loops.map((loop) => `${loop.extent}/${loop.stride}`)}:${weights.offset}:${hashOffsets(offsets)}`;
  return {
    key,
    elements: count * length * width,
    pack: (values) => {
      const packed = new Float32Array(count * length * width);
      let target = 0;
      for (const group of positionOffsets(groups, weights)) {
        const base = weights.offset + group;
        for (let panel = 0; panel < panels.count; panel++) {
          const panelWidth = panel === panels.count - 1 ? panels.lastWidth : panels.width;
          for (const offset of offsets) {
            for (let lane = 0; lane < panelWidth; lane++, target++) {
              const column = columns[panel * panels.width + lane];
              if (offset !== OUTSIDE && column !== undefined) packed[target] = values[base + offset + column] as number;
            }
          }
        }
      }
      return packed;
    },
  };
}

/** Offset in the weights of each combination of the axes' positions, the last axis fastest. */
function positionOffsets(axes: readonly Axis[], weights: Access): readonly number[] {
  return axes.reduce<readonly number[]>(
    (offsets, axis) =>
      offsets.flatMap((offset) => Array.from({ length: axis.extent }, (_, position) => offset + position * strideOf(weights, axis))),
    [0],
  );
}

/** Marks a step where a block reaches beyond the last channel. Other offsets may be negative too: a kernel may be read backwards. */
const OUTSIDE = -(2 ** 31);

/** Offset in the weights of each step of the nest, or OUTSIDE. */
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
      offset = position < axis.extent && offset !== OUTSIDE ? offset + position * strideOf(weights, axis) : OUTSIDE;
    offsets[flat] = offset;
  }
  return offsets;
}

function hashOffsets(offsets: Int32Array): string {
  let hash = 2166136261;
  for (const offset of offsets) hash = Math.imul(hash ^ offset, 16777619);
  return (hash >>> 0).toString(16);
}
