// The driver of a contraction: walks groups, strips of rows and columns, and calls register tiles.
import {
  add,
  advance,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  local,
  loop,
  pointerTo,
  type Statement,
  scale,
} from '../../kernel-ir/index.ts';
import { strideOf } from './access.ts';
import { columnLoops, type Segment, sharedLoop } from './columns.ts';
import { columnOffset } from './epilogue.ts';
import type { Plan } from './plan.ts';
import { move, type Position, startPosition } from './position.ts';
import { paddedColumns, type ReductionLoop } from './reduction.ts';
import type { RowLoop } from './rows.ts';
import { callTile, type TileShape, tileFunction } from './tile.ts';

/** The driver's body; the tile functions that it calls are added to `tiles`. */
export function driver(plan: Plan, tiles: Map<string, KernelFunction>): Statement[] {
  const body = (position: Position): Statement[] => stripLoops(plan, position, tiles);
  return groupLoops(plan, startPosition(plan), 0, body);
}

/** Loops over groups, which have weights of their own. */
function groupLoops(plan: Plan, position: Position, depth: number, body: (position: Position) => Statement[]): Statement[] {
  const axis = plan.groups[depth];
  if (!axis) return body(position);
  const name = plan.names.fresh('g');
  const at = local(name, INDEX);
  const isShared = depth === 0 && sharedLoop(plan) === 'groups';
  const [from, to] = isShared ? [local('begin', INDEX), local('end', INDEX)] : [index(0), index(axis.extent)];
  return [loop(name, from, to, groupLoops(plan, move(plan, position, axis, at), depth + 1, body))];
}

/** Strips of the outermost row loop, then columns, then the rows of the strip: a strip of data stays in cache for all columns. */
function stripLoops(plan: Plan, position: Position, tiles: Map<string, KernelFunction>): Statement[] {
  const shared = sharedLoop(plan);
  if (plan.rows.length < 2)
    return columnLoops(plan, position, (inner, segment) => tileLoops(plan, inner, segment, tiles), shared === 'columns');
  const outer = plan.rows[0] as RowLoop;
  const [begin, end] = shared === 'rows' ? [local('begin', INDEX), local('end', INDEX)] : [index(0), index(outer.extent)];
  const size = Math.min(outer.extent, stripSize(plan));
  const stripName = plan.names.fresh('strip');
  const strip = local(stripName, INDEX);
  const last = { kind: 'binary', type: INDEX, op: 'min', left: add(strip, index(size)), right: end } as const;
  const rows = (inner: Position, segment: Segment): Statement[] => {
    const name = plan.names.fresh('q');
    return [
      loop(
        name,
        strip,
        last,
        middleLoops(plan, move(plan, inner, outer.axis, local(name, INDEX)), 1, (at) => tileLoops(plan, at, segment, tiles)),
      ),
    ];
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
  const weightBytes = 4 * plan.depth * paddedColumns(plan.panels);
  const room = weightBytes < plan.target.l2Bytes / 2 ? plan.target.l1Bytes : plan.target.l2Bytes / 2;
  return Math.max(1, Math.floor(room / rowBytes));
}

/** Elements of the data that one step of the outermost row loop brings in. */
function dataPerStep({ data, contraction, rows }: Plan): number {
  const { blocked } = data;
  const blocks = blocked && contraction.sum.axes.includes(blocked.axis) ? Math.ceil(blocked.axis.extent / blocked.size) : 1;
  return Math.max(1, strideOf(data, (rows[0] as RowLoop).axis) * blocks);
}

/** The tiles along the innermost row loop. */
function tileLoops(plan: Plan, position: Position, segment: Segment, tiles: Map<string, KernelFunction>): Statement[] {
  const rowAxis = plan.rows.at(-1)?.axis;
  let done = 0;
  return plan.choice.rowRuns.flatMap(({ rows, count }) => {
    const shape = tileShape(plan, rows, segment);
    const tile = tileFunction(shape, plan.epilogue.epilogue);
    tiles.set(tile.name, tile);
    const call = (steps: Expr): Statement =>
      callTileAt(plan, { ...tile, movesWeights: shape.movesWeights }, rowAxis ? move(plan, position, rowAxis, steps) : position);
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
    ...weightsShape(plan, segment, target.lanes),
    accumulates: false,
    outerLoops: loops.length - 1,
    unroll,
    innerStride: (loops.at(-1) as ReductionLoop).stride,
  };
}

/** How the columns of a segment lie in the weights. */
function weightsShape(
  { source, weights, loops }: Plan,
  { panelWidth, vectors }: Segment,
  lanes: number,
): Pick<TileShape, 'panelWidth' | 'weightsStep' | 'movesWeights'> {
  if (source !== 'direct') return { panelWidth, weightsStep: panelWidth, movesWeights: false };
  const weightsStep = (loops.at(-1) as ReductionLoop).weightsStride;
  return { panelWidth: weights.blocked?.size ?? vectors * lanes, weightsStep, movesWeights: loops.length > 1 };
}

function callTileAt(plan: Plan, tile: { name: string; movesWeights: boolean }, position: Position): Statement {
  const pointer = (parameter: string, at: Expr): Expr => advance(local(parameter, pointerTo('f32')), at);
  const inner = plan.loops.at(-1) as ReductionLoop;
  return callTile(
    tile,
    {
      data: pointer('a', position.data),
      weights: pointer('b', position.weights),
      result: pointer('y', position.result),
      panelStride: plan.source === 'direct' ? (plan.weights.blocked?.stride ?? 0) : plan.panels.width * plan.depth,
      outer: plan.loops.slice(0, -1).map((each) => ({ ...each, count: index(each.extent) })),
      innerCount: index(inner.extent / plan.unroll),
    },
    plan.epilogue.operands.map(({ parameter }, which) => pointer(parameter, position.operands[which] as Expr)),
  );
}
