// Schedules a contraction with constant weights: register tiles, called by a driver that walks strips of rows and columns.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import { add, advance, compare, type Expr, index, INDEX, type KernelFunction, local, loop, mul, type Parameter, pointerTo, scale, type Statement } from '../../kernel-ir/index.ts';
import { Names } from '../../kernel-ir/block.ts';
import type { Axis } from '../../stage/stage.ts';
import type { Schedule, Scheduled, ScheduledArgument, ScheduleContext } from '../scheduled.ts';
import { type Access, accessOf, strideOf } from './access.ts';
import { columnOffset, type EpilogueOperand, type EpiloguePlan, planEpilogue } from './epilogue.ts';
import { type Contraction, matchContraction } from './match.ts';
import { packWeights, padColumns, paddedColumns, type Panels, panelsFor, type ReductionLoop, reductionLength, reductionLoops } from './reduction.ts';
import { type RowLoop, rowLoops } from './rows.ts';
import { callTile, tileFunction, type TileShape } from './tile.ts';
import { chooseTiles, type TileChoice } from './tile-choice.ts';

/** Everything decided about a contraction before code is written. */
interface Plan {
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

export const scheduleContraction: Schedule = (stage, context) => {
  const contraction = matchContraction(stage, context.buffer);
  const plan = contraction && planContraction(contraction, context);
  return plan ? emit(plan) : null;
};

function planContraction(contraction: Contraction, { target, buffer }: ScheduleContext): Plan | null {
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
  const loops = reductionLoops(contraction, data);
  const panels = panelsFor(column.extent, target.panel, target.panelUnit);
  const widths = Array.from({ length: panels.count }, (_, panel) => (panel === panels.count - 1 ? panels.lastWidth : panels.width) / target.lanes);
  const rows = rowLoops(contraction.rows, [data, result, ...epilogue.operands.map(({ access }) => access)]);
  const choice = chooseTiles(rows.at(-1)?.extent ?? 1, trimColumns(widths, column, result, target), reductionLength(loops), target);
  return { contraction, target, data, weights, result, column, epilogue, loops, unroll: chooseUnroll(loops.at(-1) as ReductionLoop, target), panels, rows, choice, names: new Names() };
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

function emit(plan: Plan): Scheduled {
  const tiles = new Map<string, KernelFunction>();
  const { contraction, data, weights, result, column, panels, loops, epilogue } = plan;
  const body = driver(plan, tiles);
  const pointer = pointerTo('f32');
  const parameters: Parameter[] = [
    { name: 'a', type: pointer },
    { name: 'b', type: pointer },
    { name: 'y', type: pointer, writes: true },
    ...epilogue.operands.map(({ parameter }): Parameter => ({ name: parameter, type: pointer })),
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ];
  const name = `${contraction.stage.name}__f32_contraction_${contraction.stage.output}`;
  const args: ScheduledArgument[] = [
    { kind: 'buffer', buffer: data.buffer.id },
    { kind: 'packed', buffer: weights.buffer.id, packing: packWeights(contraction, weights, column, loops, panels) },
    { kind: 'buffer', buffer: result.buffer.id },
    ...epilogue.operands.map((operand) => operandArgument(operand, column, panels)),
  ];
  const points = [...contraction.rows, ...contraction.columns, ...contraction.shared].reduce((product, axis) => product * axis.extent, 1);
  const depth = contraction.sum.axes.reduce((product, axis) => product * axis.extent, 1);
  const functions = [...tiles.values(), { name, parameters, body }];
  return { functions, fillsBlocks: true, calls: [{ callee: name, args, parallel: { extent: parallelExtent(plan) }, flops: 2 * points * depth }] };
}

function operandArgument({ access }: EpilogueOperand, column: Axis, panels: Panels): ScheduledArgument {
  const isVector = access.strides.size === 1 && access.strides.has(column);
  if (access.buffer.kind !== 'weight' || !isVector) return { kind: 'buffer', buffer: access.buffer.id };
  return { kind: 'packed', buffer: access.buffer.id, packing: padColumns(access, column, paddedColumns(panels)) };
}

/** Where the operands stand while the driver walks: an index expression per operand. */
interface Position {
  readonly data: Expr;
  readonly weights: Expr;
  readonly result: Expr;
  readonly operands: readonly Expr[];
}

/** A move along an axis by `steps`. */
function move(plan: Plan, position: Position, axis: Axis, steps: Expr): Position {
  const by = (access: Access, at: Expr): Expr => add(at, mul(steps, index(strideOf(access, axis))));
  return {
    data: by(plan.data, position.data),
    weights: position.weights,
    result: by(plan.result, position.result),
    operands: plan.epilogue.operands.map(({ access }, which) => by(access, position.operands[which] as Expr)),
  };
}

function driver(plan: Plan, tiles: Map<string, KernelFunction>): Statement[] {
  const start: Position = {
    data: index(plan.data.offset),
    weights: index(0),
    result: index(plan.result.offset),
    operands: plan.epilogue.operands.map(({ access }) => index(isPadded(access, plan.column) ? 0 : access.offset)),
  };
  return sharedLoops(plan, start, 0, (position) => stripLoops(plan, position, tiles));
}

/** A vector of weights was packed from its own offset. */
const isPadded = (access: Access, column: Axis): boolean => access.buffer.kind === 'weight' && access.strides.size === 1 && access.strides.has(column);

/** Loops over groups, which have weights of their own. */
function sharedLoops(plan: Plan, position: Position, depth: number, body: (position: Position) => Statement[]): Statement[] {
  const axis = plan.contraction.shared[depth];
  if (!axis) return body(position);
  const name = plan.names.fresh('g');
  const at = local(name, INDEX);
  const inside = plan.contraction.shared.slice(depth + 1).reduce((product, other) => product * other.extent, 1);
  const perGroup = reductionLength(plan.loops) * paddedColumns(plan.panels) * inside;
  const moved = move(plan, position, axis, at);
  return [loop(name, 0, axis.extent, sharedLoops(plan, { ...moved, weights: add(position.weights, scale(at, perGroup)) }, depth + 1, body))];
}

/** Strips of the outermost row loop, then columns, then the rows of the strip: a strip of data stays in cache for all columns. */
function stripLoops(plan: Plan, position: Position, tiles: Map<string, KernelFunction>): Statement[] {
  if (plan.rows.length < 2) return columnLoops(plan, position, (inner, segment) => tileLoops(plan, inner, segment, tiles), true);
  const outer = plan.rows[0] as RowLoop;
  const begin = local('begin', INDEX);
  const end = local('end', INDEX);
  const size = Math.min(outer.extent, stripSize(plan));
  const stripName = plan.names.fresh('strip');
  const strip = local(stripName, INDEX);
  const last = { kind: 'binary', type: INDEX, op: 'min', left: add(strip, index(size)), right: end } as const;
  const rows = (inner: Position, segment: Segment): Statement[] => {
    const name = plan.names.fresh('q');
    return [loop(name, strip, last, middleLoops(plan, move(plan, inner, outer.axis, local(name, INDEX)), 1, (at) => tileLoops(plan, at, segment, tiles)))];
  };
  return [loop(stripName, begin, end, columnLoops(plan, position, rows), size)];
}

/** Row loops between the strips and the tiles. */
function middleLoops(plan: Plan, position: Position, depth: number, body: (position: Position) => Statement[]): Statement[] {
  if (depth >= plan.rows.length - 1) return body(position);
  const { axis, extent } = plan.rows[depth] as RowLoop;
  const name = plan.names.fresh('q');
  return [loop(name, 0, extent, middleLoops(plan, move(plan, position, axis, local(name, INDEX)), depth + 1, body))];
}

/** Steps of the outermost row loop whose data fits half of the second cache; where the weights fit it too, the first. */
function stripSize(plan: Plan): number {
  const rowBytes = 4 * dataPerStep(plan);
  const weightBytes = 4 * reductionLength(plan.loops) * paddedColumns(plan.panels);
  const room = weightBytes < plan.target.l2Bytes / 2 ? plan.target.l1Bytes : plan.target.l2Bytes / 2;
  return Math.max(1, Math.floor(room / rowBytes));
}

/** Elements of the data that one step of the outermost row loop brings in. */
function dataPerStep({ data, contraction, rows }: Plan): number {
  const { blocked } = data;
  const blocks = blocked && contraction.sum.axes.includes(blocked.axis) ? Math.ceil(blocked.axis.extent / blocked.size) : 1;
  return Math.max(1, strideOf(data, (rows[0] as RowLoop).axis) * blocks);
}

/** Threads share the outermost row loop, or without one the first run of column segments. */
function parallelExtent(plan: Plan): number {
  return plan.rows.length > 1 ? (plan.rows[0] as RowLoop).extent : Math.max(1, columnSpans(plan)[0]?.whole ?? 1);
}

/** Columns that one tile computes: where they start and how they lie. */
interface Segment {
  readonly vectors: number;
  readonly lastLanes: number;
  readonly panelWidth: number;
}

/** A run of column segments that are whole, and whether another follows that reaches beyond the last column. */
interface ColumnSpan {
  readonly start: number;
  readonly whole: number;
  readonly segment: Segment;
  readonly lastLanes: number;
}

function columnSpans({ choice, target, panels, column, result }: Plan): readonly ColumnSpan[] {
  let start = 0;
  return choice.columnRuns.map(({ vectors, count }) => {
    const from = start;
    start += count * vectors * target.lanes;
    const hasPartial = !result.blocked && start > column.extent;
    const panelWidth = from >= (panels.count - 1) * panels.width ? panels.lastWidth : panels.width;
    const segment = { vectors, lastLanes: target.lanes, panelWidth };
    return { start: from, whole: hasPartial ? count - 1 : count, segment, lastLanes: hasPartial ? column.extent - (start - target.lanes) : 0 };
  });
}

/** Loops over columns. `isParallel`: the first run takes the range begin..end, and who has its end does the rest. */
function columnLoops(plan: Plan, position: Position, body: (position: Position, segment: Segment) => Statement[], isParallel = false): Statement[] {
  const spans = columnSpans(plan);
  const shared = isParallel && (spans[0]?.whole ?? 0) > 1;
  const [first, ...others] = spans.map((span, run) => columnSpan(plan, position, span, plan.names.fresh('n'), shared && run === 0, body));
  const rest = others.flatMap(({ whole, partial }) => [...whole, ...partial]);
  const after = [...(first?.partial ?? []), ...rest];
  if (!shared || after.length === 0) return [...(first?.whole ?? []), ...after];
  const isLast = compare('eq', local('end', INDEX), index(parallelExtent(plan)));
  return [...(first?.whole ?? []), { kind: 'if', condition: isLast, then: after, otherwise: [] }];
}

function columnSpan(plan: Plan, position: Position, span: ColumnSpan, name: string, isParallel: boolean, body: (position: Position, segment: Segment) => Statement[]): { whole: Statement[]; partial: Statement[] } {
  const { start, whole, segment, lastLanes } = span;
  const width = segment.vectors * plan.target.lanes;
  const at = (steps?: Expr): Position => atColumn(plan, position, start, steps, width, segment.panelWidth);
  const [from, to] = isParallel ? [local('begin', INDEX), local('end', INDEX)] : [index(0), index(whole)];
  const inside = whole === 1 ? body(at(), segment) : whole > 1 ? [loop(name, from, to, body(at(local(name, INDEX)), segment))] : [];
  const last = lastLanes > 0 ? body(atColumn(plan, position, start + whole * width, undefined, 0, segment.panelWidth), { ...segment, lastLanes }) : [];
  return { whole: inside, partial: last };
}

/** The position `steps` segments of `width` columns after column `start`. */
function atColumn(plan: Plan, position: Position, start: number, steps: Expr | undefined, width: number, panelWidth: number): Position {
  const depth = reductionLength(plan.loops);
  const along = (at: Expr, access: Access): Expr => {
    if (!access.strides.has(plan.column)) return at;
    const constant = add(at, index(columnOffset(access, start)));
    return steps ? add(constant, stepOffset(steps, width, access.blocked)) : constant;
  };
  const panel = Math.floor(start / plan.panels.width);
  const within = start - panel * plan.panels.width;
  const perPanel = panelWidth / width;
  const inPanels: Expr = !steps ? index(0) : perPanel <= 1 ? scale(steps, (width / panelWidth) * panelWidth * depth) : panelSteps(steps, perPanel, width, depth * panelWidth);
  return {
    data: position.data,
    weights: add(add(position.weights, index(panel * plan.panels.width * depth + within)), inPanels),
    result: along(position.result, plan.result),
    operands: plan.epilogue.operands.map(({ access }, which) => along(position.operands[which] as Expr, access)),
  };
}

/** Several segments share a panel: they start side by side in it. */
function panelSteps(steps: Expr, perPanel: number, width: number, panelElements: number): Expr {
  const quotient: Expr = { kind: 'binary', type: INDEX, op: 'div', left: steps, right: index(perPanel) };
  const rest: Expr = { kind: 'binary', type: INDEX, op: 'rem', left: steps, right: index(perPanel) };
  return add(scale(quotient, panelElements), scale(rest, width));
}

function stepOffset(steps: Expr, width: number, blocked: Access['blocked']): Expr {
  if (!blocked) return scale(steps, width);
  if (width % blocked.size === 0) return scale(steps, (width / blocked.size) * blocked.stride);
  return panelSteps(steps, blocked.size / width, width, blocked.stride);
}

/** The tiles along the innermost row loop. */
function tileLoops(plan: Plan, position: Position, segment: Segment, tiles: Map<string, KernelFunction>): Statement[] {
  const rowAxis = plan.rows.at(-1)?.axis;
  let done = 0;
  return plan.choice.rowRuns.flatMap(({ rows, count }) => {
    const shape = tileShape(plan, rows, segment);
    const tile = tileFunction(shape, plan.epilogue.epilogue);
    tiles.set(tile.name, tile);
    const call = (steps: Expr): Statement => callTileAt(plan, tile.name, rowAxis ? move(plan, position, rowAxis, steps) : position);
    const first = index(done);
    done += rows * count;
    if (count === 1) return [call(first)];
    const name = plan.names.fresh('m');
    return [loop(name, 0, count, [call(add(first, scale(local(name, INDEX), rows)))])];
  });
}

function tileShape(plan: Plan, rows: number, segment: Segment): TileShape {
  const { target, data, result, loops, unroll, rows: rowLoopsOfPlan } = plan;
  const rowAxis = rowLoopsOfPlan.at(-1)?.axis;
  return {
    rows,
    vectors: segment.vectors,
    lanes: target.lanes,
    lastLanes: segment.lastLanes,
    dataRowStride: rowAxis ? strideOf(data, rowAxis) : 0,
    resultRowStride: rowAxis ? strideOf(result, rowAxis) : 0,
    resultOffsets: Array.from({ length: segment.vectors }, (_, vector) => columnOffset(result, vector * target.lanes)),
    panelWidth: segment.panelWidth,
    outerLoops: loops.length - 1,
    unroll,
    innerStride: (loops.at(-1) as ReductionLoop).stride,
  };
}

function callTileAt(plan: Plan, name: string, position: Position): Statement {
  const pointer = (parameter: string, at: Expr): Expr => advance(local(parameter, pointerTo('f32')), at);
  const inner = plan.loops.at(-1) as ReductionLoop;
  return callTile(
    name,
    {
      data: pointer('a', position.data),
      weights: pointer('b', position.weights),
      result: pointer('y', position.result),
      panelStride: plan.panels.width * reductionLength(plan.loops),
      outer: plan.loops.slice(0, -1).map(({ extent, stride }) => ({ count: extent, stride })),
      innerCount: inner.extent / plan.unroll,
    },
    plan.epilogue.operands.map(({ parameter }, which) => pointer(parameter, position.operands[which] as Expr)),
  );
}
