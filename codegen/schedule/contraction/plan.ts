// Everything decided about a contraction before code is written: accesses, loops, panels, tiles.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { Names } from '../../kernel-ir/block.ts';
import type { Expr } from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import type { ScheduleContext } from '../scheduled.ts';
import { type Access, accessOf, crossesBlocks, strideOf } from './access.ts';
import { type EpiloguePlan, planEpilogue } from './epilogue.ts';
import { isWeightVector } from './epilogue-argument.ts';
import type { Contraction } from './match.ts';
import { alongColumns, type Columns, columnChoices } from './merge-columns.ts';
import { type Panels, panelsFor, type ReductionLoop, reductionLength, reductionLoops } from './reduction.ts';
import { type RowLoop, rowLoops, type SplitRows, splitRows } from './rows.ts';
import { chooseTiles, type TileChoice } from './tile-choice.ts';

export interface Plan {
  readonly contraction: Contraction;
  readonly target: CpuTarget;
  readonly data: Access;
  readonly weights: Access;
  readonly result: Access;
  readonly column: Axis;
  /** The axes that the column stands for, outermost first. */
  readonly columnParts: readonly Axis[];
  /** Axes each of whose positions has weights of its own. */
  readonly groups: readonly Axis[];
  readonly epilogue: EpiloguePlan;
  readonly loops: readonly ReductionLoop[];
  /** Steps of the whole reduction. */
  readonly depth: number;
  readonly unroll: number;
  readonly panels: Panels;
  /** The axes of the rows, with those that run over blocks split. */
  readonly splitRows: SplitRows;
  /** Outermost to innermost; the last is cut into tiles. */
  readonly rows: readonly RowLoop[];
  readonly choice: TileChoice;
  readonly source: WeightSource;
  /** Tiles take only a part of the reduction and add to what the result holds: so many steps of the first loop. */
  readonly part?: Expr;
  /** Names of the driver's loops. */
  readonly names: Names;
}

/** Where tiles read the weights: packed when the program was built, packed before they run, or where they lie. */
export type WeightSource = 'constant' | 'packed' | 'direct';

interface Operands {
  readonly data: Access;
  readonly weights: Access;
  readonly result: Access;
}

/** The plan for a contraction, or null where it does not lie in memory as register tiles need it. */
export function planContraction(contraction: Contraction, context: ScheduleContext): Plan | null {
  const { buffer } = context;
  const { stage, data: left, weights: right } = contraction;
  if (left.conditions.length > 0 || right.conditions.length > 0) return null;
  const data = accessOf(buffer(left.buffer), left.indices);
  const weights = accessOf(buffer(right.buffer), right.indices);
  const result = accessOf(buffer(stage.output), stage.store);
  if (!data || !weights || !result || [data, weights, result].some((access) => access.buffer.type !== 'f32')) return null;
  const split = splitRows(contraction.rows, [data]);
  if (!split) return null;
  const operands = { data: split.along(data), weights, result: split.along(result) };
  for (const columns of columnChoices(contraction.columns, result)) {
    const plan = planColumns(contraction, operands, columns, split, context);
    if (plan) return plan;
  }
  return null;
}

function planColumns(
  contraction: Contraction,
  operands: Operands,
  columns: Columns,
  split: SplitRows,
  { target, buffer }: ScheduleContext,
): Plan | null {
  const { stage, isConstant } = contraction;
  const { column, parts, others } = columns;
  const { data } = operands;
  const result = alongColumns(operands.result, columns);
  const evenWeights = alongColumns(operands.weights, columns);
  const weights = evenWeights ?? operands.weights;
  if (!result || (!evenWeights && !isConstant)) return null;
  if (result.blocked && result.blocked.axis !== column) return null;
  const isOdd = data.blocked && crossesBlocks(data, data.blocked.axis) && !contraction.sum.axes.includes(data.blocked.axis);
  if (isOdd && data.blocked?.axis !== column) return null;
  const groups = [...contraction.shared, ...others];
  if (!isConstant && groups.some((axis) => [data, weights].some((access) => crossesBlocks(access, axis)))) return null;
  const epilogue = planEpilogue(stage.body, contraction.sum, split.rows.at(-1), column, (expr) => {
    const access = accessOf(buffer(expr.buffer), expr.indices);
    return access && alongColumns(split.along(access), columns);
  });
  if (!epilogue || groups.some((axis) => epilogue.operands.some(({ access }) => access.blocked?.axis === axis))) return null;
  if (readsBeyondColumns(epilogue, column, result, target)) return null;
  const loops = reductionLoops(contraction, data, weights);
  if (!loops) return null;
  const source = chooseSource(contraction, { data, weights, result }, column, loops.at(-1) as ReductionLoop, target);
  if (!source) return null;
  const panels = panelsFor(column.extent, target.panel, target.panelUnit);
  const rows = rowLoops(split.rows, [data, result, ...epilogue.operands.map(({ access }) => access)]);
  const widths = trimColumns(panelWidths(panels, target), column, result, target);
  return {
    contraction,
    target,
    data,
    weights,
    result,
    column,
    columnParts: parts,
    groups,
    epilogue,
    loops,
    depth: reductionLength(loops),
    unroll: chooseUnroll(loops.at(-1) as ReductionLoop, target),
    panels,
    splitRows: split,
    rows,
    choice: chooseTiles(rows.at(-1)?.extent ?? 1, widths, reductionLength(loops), target),
    source,
    names: new Names(),
  };
}

/** Rows that share a packed vector; with fewer, packing takes longer than reading the operand where it lies. */
const FEWEST_PACKED_ROWS = 48;
/** With fewer, packing takes longer than loops over an operand that cannot be read where it lies. */
const FEWEST_ROWS = 4;

/** Packing makes a long walk through memory even; where few columns lie together it is even already. Null where tiles do not pay. */
function chooseSource(
  { rows, isConstant }: Contraction,
  { weights, result }: Operands,
  column: Axis,
  inner: ReductionLoop,
  target: CpuTarget,
): WeightSource | null {
  if (isConstant) return 'constant';
  const count = rows.reduce((product, axis) => product * axis.extent, 1);
  if (!canReadVectors(weights, column, result, target)) return count < FEWEST_ROWS ? null : 'packed';
  const isNarrow = Math.abs(inner.weightsStride) <= 2 * target.panel;
  return count < FEWEST_PACKED_ROWS || isNarrow ? 'direct' : 'packed';
}

/** Whether the weights lie side by side, with memory behind them that a last vector may read and, in a block, numbers. */
function canReadVectors(weights: Access, column: Axis, result: Access, target: CpuTarget): boolean {
  if (strideOf(weights, column) !== 1) return false;
  if (result.blocked) return column.extent % target.panelUnit === 0;
  return column.extent % target.lanes === 0 || weights.buffer.kind === 'scratch';
}

/** Widths of the panels in vectors. */
export function panelWidths(panels: Panels, target: CpuTarget): readonly number[] {
  return Array.from({ length: panels.count }, (_, panel) => (panel === panels.count - 1 ? panels.lastWidth : panels.width) / target.lanes);
}

/** A last vector that is only partly stored would still load whole operands, beyond the end of their buffer. */
function readsBeyondColumns({ operands }: EpiloguePlan, column: Axis, result: Access, target: CpuTarget): boolean {
  if (result.blocked || column.extent % target.lanes === 0) return false;
  return operands.some(({ access }) => access.buffer.kind !== 'scratch' && access.strides.has(column) && !isWeightVector(access, column));
}

/** Unless the result has room for whole panels, vectors that lie wholly beyond the last column are not computed. */
export function trimColumns(widths: readonly number[], column: Axis, result: Access, target: CpuTarget): readonly number[] {
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
