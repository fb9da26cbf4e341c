// Schedules a 3x3 convolution by Winograd's method: transform a strip of input tiles, one matrix product per point of the
// transformed tile, transform back with the epilogue. A strip's intermediates stay in the second cache.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import {
  add,
  advance,
  assign,
  binary,
  call,
  div,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  local,
  loop,
  type Parameter,
  pointerTo,
  type Statement,
  scale,
  sub,
} from '../../kernel-ir/index.ts';
import { type Access, strideOf } from '../contraction/access.ts';
import { NO_EPILOGUE } from '../contraction/epilogue.ts';
import { epilogueArgument, epilogueStart } from '../contraction/epilogue-argument.ts';
import { inBlocks } from '../contraction/in-blocks.ts';
import { type Panels, paddedColumns } from '../contraction/reduction.ts';
import { callTile, tileFunction } from '../contraction/tile.ts';
import type { Schedule, Scheduled, ScheduledArgument, Scratch } from '../scheduled.ts';
import { packFilters, transformFilters } from './filters.ts';
import { type Plan, partsOf, planWinograd, tileRows } from './plan.ts';
import { inputFunction, outputFunction, range } from './tile-functions.ts';

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);
const position = (name: string): Expr => local(name, INDEX);

export const scheduleWinograd: Schedule = (stage, context) => {
  const plan = planWinograd(stage, context);
  return plan && emit(plan);
};

function emit(plan: Plan): Scheduled {
  const { contraction, shape, data, result, epilogue, panels } = plan;
  const points = (shape.edge + 2) ** 2;
  const columns = paddedColumns(panels);
  const input = inputFunction(plan);
  const output = outputFunction(plan);
  const tiles = new Map<string, KernelFunction>();
  const body = driver(plan, input.name, output.name, tiles);
  const parts = partsOf(plan);
  const transformed: Scratch = { name: 'transformed', type: 'f32', elements: parts * points * plan.stripTiles * shape.channel.extent };
  const products: Scratch = { name: 'products', type: 'f32', elements: parts * points * plan.stripTiles * columns };
  const parameters: Parameter[] = [
    ...['a', 'b'].map((name): Parameter => ({ name, type: F32_POINTER })),
    ...['y', 'v', 'm'].map((name): Parameter => ({ name, type: F32_POINTER, writes: true })),
    ...epilogue.operands.map(({ parameter }): Parameter => ({ name: parameter, type: F32_POINTER })),
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ];
  const name = `${contraction.stage.name}__f32_winograd${shape.edge}_${contraction.stage.output}`;
  const filters = filtersOf(plan);
  const args: ScheduledArgument[] = [
    { kind: 'buffer', buffer: data.buffer.id },
    filters.argument,
    { kind: 'buffer', buffer: result.buffer.id },
    { kind: 'scratch', scratch: transformed },
    { kind: 'scratch', scratch: products },
    ...epilogue.operands.map(({ access }) => epilogueArgument(access, shape.column, columns)),
  ];
  const pixels = shape.rows[0].extent * shape.rows[1].extent * (shape.batch?.extent ?? 1);
  const flops = 2 * 9 * shape.channel.extent * shape.column.extent * pixels;
  return {
    functions: [...filters.functions, input, output, ...tiles.values(), { name, parameters, body }],
    fillsBlocks: true,
    calls: [...filters.calls, { callee: name, args, parallel: { extent: parts }, flops }],
  };
}

/** The transformed filters, and what must run before where they are computed. */
function filtersOf(plan: Plan): ReturnType<typeof transformFilters> {
  if (!plan.contraction.isConstant) return transformFilters(plan);
  return { argument: { kind: 'packed', buffer: plan.weights.buffer.id, packing: packFilters(plan) }, functions: [], calls: [] };
}

function driver(plan: Plan, input: string, output: string, tiles: Map<string, KernelFunction>): Statement[] {
  const { shape, stripRows, stripTiles, panels } = plan;
  const points = (shape.edge + 2) ** 2;
  const begin = position('begin');
  const perPart = tileRows(shape) / stripRows / partsOf(plan);
  const first = scale(position('s'), stripRows);
  return [
    assign('v', advance(pointer('v'), scale(begin, points * stripTiles * shape.channel.extent))),
    assign('m', advance(pointer('m'), scale(begin, points * stripTiles * paddedColumns(panels)))),
    loop('s', scale(begin, perPart), scale(position('end'), perPart), [
      ...transformInputs(plan, first, input),
      ...multiply(plan, tiles),
      ...transformOutputs(plan, first, output),
    ]),
  ];
}

function transformInputs(plan: Plan, first: Expr, input: string): Statement[] {
  const { shape, data, target } = plan;
  const channels = shape.channel.extent;
  const [ty, tx, c] = ['iy', 'ix', 'ic'] as const;
  const edgeRow = shape.edge * strideOf(data, shape.rows[0]);
  const edgePixel = shape.edge * strideOf(data, shape.rows[1]);
  const [sample, row] = inSample(plan, add(first, position(ty)));
  const start = add(index(data.offset), sampleOffset(plan, data, sample));
  const from = add(start, add(scale(row, edgeRow), scale(position(tx), edgePixel)));
  const to = scale(add(scale(position(ty), shape.tiles[1]), position(tx)), channels);
  const planeStride = plan.stripTiles * channels;
  const inner = call(input, [
    advance(pointer('a'), add(from, vectorOffset(position(c), target.lanes, data))),
    advance(pointer('v'), add(to, scale(position(c), target.lanes))),
    index(planeStride),
  ]);
  return [loop(ty, 0, plan.stripRows, [loop(tx, 0, shape.tiles[1], [loop(c, 0, channels / target.lanes, [inner])])])];
}

/** The sample that a row of tiles belongs to, and its number there. */
function inSample({ shape }: Plan, row: Expr): readonly [Expr, Expr] {
  if (!shape.batch) return [index(0), row];
  const tiles = index(shape.tiles[0]);
  return [div(row, tiles), binary('rem', row, tiles)];
}

const sampleOffset = ({ shape }: Plan, access: Access, sample: Expr): Expr =>
  shape.batch ? scale(sample, strideOf(access, shape.batch)) : index(0);

/** Where vector `c` of channels starts. */
const vectorOffset = (c: Expr, lanes: number, { blocked }: Access): Expr => (blocked ? inBlocks(c, lanes, blocked) : scale(c, lanes));

/** products[point][tile][column] = transformed[point][tile][channel] * filters[point][channel][column] */
function multiply(plan: Plan, tiles: Map<string, KernelFunction>): Statement[] {
  const { shape, panels, target } = plan;
  const channels = shape.channel.extent;
  const columns = paddedColumns(panels);
  const { choice } = plan;
  const point = position('p');
  const body: Statement[] = [];
  let start = 0;
  choice.columnRuns.forEach(({ vectors, count: wide }, run) => {
    const width = vectors * target.lanes;
    const panelWidth = start >= (panels.count - 1) * panels.width ? panels.lastWidth : panels.width;
    const n = position(`n${run}`);
    const column = add(index(start), scale(n, width));
    const weights = add(scale(point, channels * columns), panelOffset(start, n, width, panelWidth, channels, panels));
    let done = 0;
    const calls = choice.rowRuns.map(({ rows: height, count: tall }, rowRun): Statement => {
      const tile = tileFunction(
        {
          rows: height,
          vectors,
          lanes: target.lanes,
          lastLanes: target.lanes,
          dataRowStride: channels,
          resultRowStride: columns,
          resultOffsets: range(vectors).map((vector) => vector * target.lanes),
          panelWidth,
          weightsStep: panelWidth,
          movesWeights: false,
          accumulates: false,
          outerLoops: 0,
          unroll: unrollFor(channels, target),
          innerStride: 1,
        },
        NO_EPILOGUE,
      );
      tiles.set(tile.name, tile);
      const m = position(`m${run}_${rowRun}`);
      const row = add(index(done), scale(m, height));
      done += height * tall;
      const args = {
        data: advance(pointer('v'), add(scale(point, plan.stripTiles * channels), scale(row, channels))),
        weights: advance(pointer('b'), weights),
        result: advance(pointer('m'), add(add(scale(point, plan.stripTiles * columns), scale(row, columns)), column)),
        panelStride: panels.width * channels,
        outer: [],
        innerCount: index(channels / unrollFor(channels, target)),
      };
      return loop(`m${run}_${rowRun}`, 0, tall, [callTile({ name: tile.name, movesWeights: false }, args, [])]);
    });
    body.push(loop(`n${run}`, 0, wide, calls));
    start += wide * width;
  });
  return [loop('p', 0, (shape.edge + 2) ** 2, body)];
}

const unrollFor = (channels: number, target: CpuTarget): number => (channels % target.unroll === 0 ? target.unroll : 1);

/** Where the segment of `width` columns number `n` after column `start` lies in the panels of one point. */
function panelOffset(start: number, n: Expr, width: number, panelWidth: number, channels: number, panels: Panels): Expr {
  const panel = Math.floor(start / panels.width);
  const base = index(panel * panels.width * channels + (start - panel * panels.width));
  return add(base, inBlocks(n, width, { size: panelWidth, stride: panelWidth * channels }));
}

function transformOutputs(plan: Plan, first: Expr, output: string): Statement[] {
  const { shape, result, epilogue, panels, target } = plan;
  const { edge } = shape;
  const columns = paddedColumns(panels);
  const [ty, tx, c] = ['oy', 'ox', 'oc'] as const;
  const [sample, row] = inSample(plan, add(first, position(ty)));
  const at = (access: Access): Expr =>
    add(
      add(
        sampleOffset(plan, access, sample),
        add(scale(row, edge * strideOf(access, shape.rows[0])), scale(position(tx), edge * strideOf(access, shape.rows[1]))),
      ),
      access.strides.has(shape.column) ? vectorOffset(position(c), target.lanes, access) : index(0),
    );
  const tile = add(scale(position(ty), shape.tiles[1]), position(tx));
  const left = (dim: 0 | 1, at0: Expr): Expr => sub(index(shape.rows[dim].extent), scale(at0, edge));
  const inner = call(output, [
    advance(pointer('m'), add(scale(tile, columns), scale(position(c), target.lanes))),
    index(plan.stripTiles * columns),
    advance(pointer('y'), add(index(result.offset), at(result))),
    left(0, row),
    left(1, position(tx)),
    ...epilogue.operands.map(({ access, parameter }) =>
      advance(pointer(parameter), add(index(epilogueStart(access, shape.column)), at(access))),
    ),
  ]);
  return [loop(ty, 0, plan.stripRows, [loop(tx, 0, shape.tiles[1], [loop(c, 0, shape.column.extent / target.lanes, [inner])])])];
}
