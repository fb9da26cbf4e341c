// Everything decided about a contraction before code is written: accesses, loops, panels, tiles.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { Names } from '../../kernel-ir/block.ts';
import type { Axis } from '../../stage/stage.ts';
import type { ScheduleContext } from '../scheduled.ts';
import { type Access, accessOf, strideOf } from './access.ts';
import { type EpiloguePlan, planEpilogue } from './epilogue.ts';
import { isWeightVector } from './epilogue-argument.ts';
import type { Contraction } from './match.ts';
import { type Panels, panelsFor, type ReductionLoop, reductionLength, reductionLoops } from './reduction.ts';
import { type RowLoop, rowLoops } from './rows.ts';
import { chooseTiles, type TileChoice } from './tile-choice.ts';

export interface Plan {
  readonly contraction: Contraction;
  readonly target: CpuTarget;
  readonly data: Access;
  readonly weights: Access;
  readonly result: Access;
  readonly column: Axis;
  readonly epilogue: EpiloguePlan;
  readonly loops: readonly ReductionLoop[];
  readonly unroll: number;
  readonly panels: Panels;
  /** Outermost to innermost; the last is cut into tiles. */
  readonly rows: readonly RowLoop[];
  readonly choice: TileChoice;
  /** Names of the driver's loops. */
  readonly names: Names;
}

/** The plan for a contraction, or null where it does not lie in memory as register tiles need it. */
export function planContraction(contraction: Contraction, { target, buffer }: ScheduleContext): Plan | null {
  const { stage, columns, shared } = contraction;
  const [column, secondColumn] = columns;
  if (!column || secondColumn || contraction.data.conditions.length > 0) return null;
  const data = accessOf(buffer(contraction.data.buffer), contraction.data.indices);
  const weights = accessOf(buffer(contraction.weights.buffer), contraction.weights.indices);
  const result = accessOf(buffer(stage.output), stage.store);
  if (!data || !weights || !result || result.buffer.type !== 'f32' || data.buffer.type !== 'f32') return null;
  if (strideOf(result, column) !== 1 || (result.blocked && result.blocked.axis !== column)) return null;
  if (data.blocked && !contraction.sum.axes.includes(data.blocked.axis) && data.blocked.axis !== column) return null;
  const inner = contraction.rows.at(-1);
  const epilogue = planEpilogue(stage.body, contraction.sum, inner, column, (expr) => accessOf(buffer(expr.buffer), expr.indices));
  if (!epilogue || shared.some((axis) => epilogue.operands.some(({ access }) => access.blocked?.axis === axis))) return null;
  if (readsBeyondColumns(epilogue, column, result, target)) return null;
  const loops = reductionLoops(contraction, data);
  const panels = panelsFor(column.extent, target.panel, target.panelUnit);
  const widths = Array.from(
    { length: panels.count },
    (_, panel) => (panel === panels.count - 1 ? panels.lastWidth : panels.width) / target.lanes,
  );
  const rows = rowLoops(contraction.rows, [data, result, ...epilogue.operands.map(({ access }) => access)]);
  const choice = chooseTiles(rows.at(-1)?.extent ?? 1, trimColumns(widths, column, result, target), reductionLength(loops), target);
  return {
    contraction,
    target,
    data,
    weights,
    result,
    column,
    epilogue,
    loops,
    unroll: chooseUnroll(loops.at(-1) as ReductionLoop, target),
    panels,
    rows,
    choice,
    names: new Names(),
  };
}

/** A last vector that is only partly stored would still load whole operands, beyond the end of their buffer. */
function readsBeyondColumns({ operands }: EpiloguePlan, column: Axis, result: Access, target: CpuTarget): boolean {
  if (result.blocked || column.extent % target.lanes === 0) return false;
  return operands.some(({ access }) => access.buffer.kind !== 'scratch' && access.strides.has(column) && !isWeightVector(access, column));
}

/** Unless the result has room for whole panels, vectors that lie wholly beyond the last column are not computed. */
function trimColumns(widths: readonly number[], column: Axis, result: Access, target: CpuTarget): readonly number[] {
  if (result.blocked) return widths;
  const needed = Math.ceil(column.extent / target.lanes);
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width, 0);
  return [...widths.slice(0, -1), needed - before];
}

/** The target's factor, or the nearest that divides the innermost loop. */
function chooseUnroll({ extent }: ReductionLoop, target: CpuTarget): number {
  if (target.unroll === 1) return 1;
  const candidates = [target.unroll, target.unroll - 1, target.unroll + 1, target.unroll + 3, 2];
  return candidates.find((factor) => factor > 0 && extent % factor === 0) ?? 1;
}
