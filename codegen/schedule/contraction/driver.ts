// The driver of a contraction: walks groups, strips of rows and columns, and calls register tiles.
import {
  add,
  advance,
  div,
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
  const range = sharedLoop(plan) === 'groups' ? ([local('begin', INDEX), local('end', INDEX)] as const) : undefined;
  return groupLoops(plan, startPosition(plan), (position) => stripLoops(plan, position, tiles), range);
}

/** Loops over groups, which have weights of their own; the outermost takes `range` where it is given. */
export function groupLoops(
  plan: Plan,
  position: Position,
  body: (position: Position) => Statement[],
  range?: readonly [Expr, Expr],
  depth = 0,
): Statement[] {
  const axis = plan.groups[depth];
  if (!axis) return body(position);
  const name = plan.names.fresh('g');
  const [from, to] = range ?? [index(0), index(axis.extent)];
  const inside = groupLoops(plan, move(plan, position, axis, local(name, INDEX)), body, undefined, depth + 1);
  return [loop(name, from, to, inside)];
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

/** Row loops from number `depth` to the tiles. */
export function middleLoops(plan: Plan, position: Position, depth: number, body: (position: Position) => Statement[]): Statement[] {
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
export function tileLoops(plan: Plan, position: Position, segment: Segment, tiles: Map<string, KernelFunction>): Statement[] {
  const rowLoop = plan.rows.at(-1);
  let done = 0;
  const callTileOf = (rows: number, dataOffsets?: readonly number[]): ((at: Position) => Statement) => {
    const shape = tileShape(plan, rows, segment, dataOffsets);
    const tile = tileFunction(shape, plan.epilogue.epilogue);
    tiles.set(tile.name, tile);
    return (at) => callTileAt(plan, { ...tile, movesWeights: shape.movesWeights }, at);
  };
  return plan.choice.rowRuns.flatMap(({ rows, count }) => {
    const begin = done;
    done += rows * count;
    if (!rowLoop) return [callTileOf(rows)(position)];
    const { axis, offsets } = rowLoop;
    if (offsets) {
      return Array.from({ length: count }, (_, number) => {
        const first = begin + number * rows;
        const start = offsets[first] as number;
        const at = { ...move(plan, position, axis, index(first)), data: add(position.data, index(start)) };
        return callTileOf(
          rows,
          offsets.slice(first, first + rows).map((offset) => offset - start),
        )(at);
      });
    }
    const callAt = callTileOf(rows);
    const call = (steps: Expr): Statement => callAt(move(plan, position, axis, steps));
    if (count === 1) return [call(index(begin))];
    const name = plan.names.fresh('m');
    return [loop(name, 0, count, [call(add(index(begin), scale(local(name, INDEX), rows)))])];
  });
}

function tileShape(plan: Plan, rows: number, segment: Segment, dataOffsets: readonly number[] | undefined): TileShape {
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
    ...(dataOffsets ? { dataOffsets } : {}),
    accumulates: plan.part !== undefined,
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
  const counts = plan.loops.map(({ extent }, depth) => (depth === 0 && plan.part ? plan.part : index(extent)));
  return callTile(
    tile,
    {
      data: pointer('a', position.data),
      weights: pointer('b', position.weights),
      result: pointer('y', position.result),
      panelStride: plan.source === 'direct' ? (plan.weights.blocked?.stride ?? 0) : plan.panels.width * plan.depth,
      outer: plan.loops.slice(0, -1).map((each, depth) => ({ ...each, count: counts[depth] as Expr })),
      innerCount: div(counts.at(-1) as Expr, index(plan.unroll)),
    },
    plan.epilogue.operands.map(({ parameter }, which) => pointer(parameter, position.operands[which] as Expr)),
  );
}
