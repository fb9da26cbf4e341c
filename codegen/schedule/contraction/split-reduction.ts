// Schedules a contraction whose reduction is much longer than its result is large: gradients of kernels, which sum over all pixels of
// all samples. The reduction is taken in blocks that stay in cache, and added up in memory. Threads share the blocks: each part has sums
// of its own, so that the order of all additions is the same however many threads there are.
import { Names } from '../../kernel-ir/block.ts';
import {
  add,
  advance,
  binary,
  constant,
  declare,
  div,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  local,
  loop,
  type Parameter,
  pointerTo,
  register,
  type Statement,
  scale,
  store,
} from '../../kernel-ir/index.ts';
import { addIndex, axisIndex, constantIndex, multiplyIndex } from '../../stage/index-arithmetic.ts';
import { rowMajor } from '../../stage/layout.ts';
import { mapExpression } from '../../stage/map-expression.ts';
import type { Axis, Buffer, ComputeStage, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { scheduleLoops } from '../loops/schedule.ts';
import type { ScheduleContext, Scheduled, ScheduledArgument, Scratch } from '../scheduled.ts';
import { type Access, accessOf, joinAxes } from './access.ts';
import { columnLoops } from './columns.ts';
import { groupLoops, middleLoops, tileLoops } from './driver.ts';
import { NO_EPILOGUE } from './epilogue.ts';
import { type Plan, panelWidths } from './plan.ts';
import { type Position, startPosition } from './position.ts';
import { paddedColumns, type ReductionLoop, reductionLength } from './reduction.ts';
import { joinShortRows, rowLoops } from './rows.ts';
import { chooseTiles } from './tile-choice.ts';

/** Shorter reductions are taken at once. */
const SHORTEST_SPLIT = 2048;
/** Steps of a block: enough to be worth fetching the sums, few enough for what they read to stay in cache. */
const FEWEST_STEPS = 64;
const MOST_STEPS = 512;
/** Bytes that the sums of all parts may take. */
const MOST_BYTES = 16 << 20;
/** The buffer of the sums, among those of the program. */
const SUMS = -1_000_000;

/** How the nest of the reduction is cut: blocks of one of its loops, at all positions of those around it. */
interface Cut {
  /** The loop that is cut into blocks of `steps`. */
  readonly level: number;
  readonly steps: number;
  readonly blocks: number;
  /** Blocks in the whole nest. */
  readonly units: number;
}

interface Split {
  readonly plan: Plan;
  readonly cut: Cut;
  readonly parts: number;
  /** One value for each position of the groups and rows, and for each column of whole panels. */
  readonly sums: Buffer;
  /** Floats of one part. */
  readonly size: number;
}

/** Whether and how to split; null where the reduction is taken at once. */
export function splitReduction(plan: Plan): Split | null {
  if (plan.source === 'constant' || plan.depth < SHORTEST_SPLIT) return null;
  const { target } = plan;
  const columns = paddedColumns(plan.panels);
  const shape = [...plan.groups, ...plan.contraction.rows].map(({ extent }) => extent);
  const size = shape.reduce((product, extent) => product * extent, columns);
  if (plan.depth * columns < 2 * size) return null;
  const rows = plan.contraction.rows.reduce((product, axis) => product * axis.extent, 1);
  const fitting = target.l2Bytes / 8 / (columns + Math.min(rows, MOST_STEPS));
  const cut = cutLoops(plan, Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, fitting)));
  const parts = Math.max(1, Math.min(target.maxParts, cut.units, Math.floor(MOST_BYTES / 4 / size)));
  const whole = [parts, ...shape, columns];
  const name = `${plan.contraction.stage.name}_sums`;
  return { plan, cut, parts, size, sums: { id: SUMS, name, kind: 'scratch', type: 'f32', shape: whole, layout: rowMajor(whole) } };
}

/** Cuts the outermost loop whose steps are no longer than `most` of the reduction. */
function cutLoops({ loops, unroll }: Plan, most: number): Cut {
  let level = loops.length - 1;
  let inside = 1;
  while (level > 0 && inside * (loops[level] as ReductionLoop).extent <= most) {
    inside *= (loops[level] as ReductionLoop).extent;
    level--;
  }
  const { extent } = loops[level] as ReductionLoop;
  const multiple = level === loops.length - 1 ? unroll : 1;
  const wanted = Math.ceil(extent / Math.max(1, Math.floor(most / inside)));
  const steps = Math.min(extent, Math.ceil(extent / wanted / multiple) * multiple);
  const blocks = Math.ceil(extent / steps);
  const outside = loops.slice(0, level).reduce((product, each) => product * each.extent, 1);
  return { level, steps, blocks, units: outside * blocks };
}

/** The sums of all parts, and a stage after them that adds these up and does what the contraction's stage does with its sum. */
export function scheduleSplit(split: Split, weights: ScheduledArgument, context: ScheduleContext): Scheduled | null {
  const { plan, sums, parts } = split;
  const finish = scheduleFinish(split, context);
  if (!finish) return null;
  const tiles = new Map<string, KernelFunction>();
  const pointer = pointerTo('f32');
  const name = `${plan.contraction.stage.name}__f32_contraction_parts_${plan.contraction.stage.output}`;
  const parameters: Parameter[] = [
    { name: 'a', type: pointer },
    { name: 'b', type: pointer },
    { name: 'y', type: pointer, writes: true },
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ];
  const body = partLoop(split, tiles);
  const scratch: Scratch = { name: 'sums', type: 'f32', elements: sums.layout.elements };
  const points = plan.contraction.stage.axes.reduce((product, axis) => product * axis.extent, 1);
  const replaceSums = (arg: ScheduledArgument): ScheduledArgument =>
    arg.kind === 'buffer' && arg.buffer === SUMS ? { kind: 'scratch', scratch } : arg;
  return {
    functions: [...tiles.values(), { name, parameters, body }, ...finish.functions],
    calls: [
      {
        callee: name,
        args: [{ kind: 'buffer', buffer: plan.data.buffer.id }, weights, { kind: 'scratch', scratch }],
        parallel: { extent: parts },
        flops: 2 * points * plan.depth,
      },
      ...finish.calls.map((each) => ({ ...each, args: each.args.map(replaceSums) })),
    ],
  };
}

/** For each part: zeroes its sums, then adds block after block of the reduction to them. */
function partLoop(split: Split, tiles: Map<string, KernelFunction>): Statement[] {
  const { cut, parts, size, plan } = split;
  const names = new Names();
  for (const taken of ['part', 'unit', 'z', 'steps']) names.fresh(taken);
  const [part, unit] = [local('part', INDEX), local('unit', INDEX)];
  const { lanes } = plan.target;
  const sums = advance(local('y', pointerTo('f32')), add(scale(part, size), local('z', INDEX)));
  const zero = loop('z', 0, size, [store(sums, 0, constant(0, register('f32', lanes)))], lanes);
  const first = (number: Expr): Expr =>
    cut.units % parts === 0 ? scale(number, cut.units / parts) : div(scale(number, cut.units), index(parts));
  const { extent } = plan.loops[cut.level] as ReductionLoop;
  const from = scale(rest(unit, cut.blocks), cut.steps);
  const steps = extent % cut.steps === 0 ? index(cut.steps) : binary('min', index(cut.steps), binary('sub', index(extent), from));
  const tilePlan = partPlan(split, local('steps', INDEX), names);
  const at = unitPosition(plan, cut, unit, { ...startPosition(tilePlan), result: scale(part, size) });
  return [
    loop('part', local('begin', INDEX), local('end', INDEX), [
      zero,
      loop('unit', first(part), first(add(part, index(1))), [declare('steps', steps), ...blockTiles(tilePlan, at, tiles)]),
    ]),
  ];
}

/** All tiles of the result, each over one block of the reduction: panel by panel, so that a panel's block stays in cache for all rows. */
function blockTiles(plan: Plan, position: Position, tiles: Map<string, KernelFunction>): Statement[] {
  return groupLoops(plan, position, (inGroup) =>
    columnLoops(plan, inGroup, (atColumns, segment) => middleLoops(plan, atColumns, 0, (at) => tileLoops(plan, at, segment, tiles))),
  );
}

/** The contraction as its tiles see it: the loops from the cut one inwards, and the sums as the result. */
function partPlan({ plan, cut, sums }: Split, part: Expr, names: Names): Plan {
  const { contraction, groups, target, panels, data } = plan;
  const loops = plan.loops.slice(cut.level);
  const column: Axis = { name: plan.column.name, extent: paddedColumns(panels) };
  const axes = [...groups, ...contraction.rows, column];
  const along = plan.splitRows.along(accessOf(sums, [constantIndex(0), ...axes.map(axisIndex)]) as Access);
  const rows = joinShortRows(rowLoops(plan.splitRows.rows, [data, along]), data, along);
  const vectors = Math.ceil(plan.column.extent / target.lanes);
  const widths = panelWidths(panels, target);
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width, 0);
  const steps = (reductionLength(loops) / (loops[0] as ReductionLoop).extent) * cut.steps;
  return {
    ...plan,
    loops,
    rows,
    column,
    weights: joinAxes(plan.weights, [plan.column], column),
    result: along,
    epilogue: { epilogue: NO_EPILOGUE, operands: [] },
    choice: chooseTiles(rows.at(-1)?.extent ?? 1, [...widths.slice(0, -1), vectors - before], steps, target),
    part,
    names,
  };
}

/** Where the operands stand at the start of a block. */
function unitPosition(plan: Plan, cut: Cut, unit: Expr, start: Position): Position {
  const cutLoop = plan.loops[cut.level] as ReductionLoop;
  const within = scale(rest(unit, cut.blocks), cut.steps);
  let inside = cut.blocks;
  const positions: [ReductionLoop, Expr][] = [[cutLoop, within]];
  for (const each of plan.loops.slice(0, cut.level).reverse()) {
    positions.push([each, rest(inside === 1 ? unit : div(unit, index(inside)), each.extent)]);
    inside *= each.extent;
  }
  const innermost = reductionLength(plan.loops.slice(cut.level + 1));
  const outer = cut.blocks === 1 ? unit : div(unit, index(cut.blocks));
  const depth = scale(add(scale(outer, cutLoop.extent), within), innermost);
  return {
    ...start,
    data: positions.reduce((at, [each, steps]) => add(at, scale(steps, each.stride)), start.data),
    weights:
      plan.source === 'direct'
        ? positions.reduce((at, [each, steps]) => add(at, scale(steps, each.weightsStride)), start.weights)
        : start.weights,
    depth,
  };
}

const rest = (left: Expr, by: number): Expr => binary('rem', left, index(by));

/** The contraction's stage with the parts' sums in place of its own. */
function scheduleFinish({ plan, sums, parts }: Split, context: ScheduleContext): Scheduled | null {
  const { stage, sum, rows } = plan.contraction;
  const column = plan.columnParts.reduce<IndexExpr>(
    (at, axis) => addIndex(multiplyIndex(at, axis.extent), axisIndex(axis)),
    constantIndex(0),
  );
  const part: Axis = { name: 'part', extent: parts };
  const indices = [axisIndex(part), ...plan.groups.map(axisIndex), ...rows.map(axisIndex), column];
  const load: StageExpr = { kind: 'load', type: 'f32', buffer: SUMS, indices };
  const total: StageExpr = parts === 1 ? load : { kind: 'reduce', type: 'f32', op: 'sum', axes: [part], body: load };
  const finish: ComputeStage = { ...stage, body: mapExpression(stage.body, (expr) => (expr === sum ? total : expr)) };
  return scheduleLoops(finish, { ...context, buffer: (id) => (id === SUMS ? sums : context.buffer(id)) });
}
