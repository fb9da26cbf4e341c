// Schedules a 3x3 convolution by Winograd's method: transform a strip of input tiles, one matrix product per point of the
// transformed tile, transform back with the epilogue. A strip's intermediates stay in the second cache.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import {
  add,
  advance,
  assign,
  call,
  compare,
  declare,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  loop,
  mul,
  type Parameter,
  pointerTo,
  type Statement,
  scale,
  store,
  sub,
} from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import { type Access, accessOf, strideOf } from '../contraction/access.ts';
import { type EpiloguePlan, NO_EPILOGUE, planEpilogue } from '../contraction/epilogue.ts';
import { epilogueArgument, epilogueStart } from '../contraction/epilogue-argument.ts';
import { inBlocks } from '../contraction/in-blocks.ts';
import { type Contraction, matchContraction } from '../contraction/match.ts';
import { type Panels, paddedColumns, panelsFor } from '../contraction/reduction.ts';
import { callTile, tileFunction } from '../contraction/tile.ts';
import { chooseTiles, type TileChoice } from '../contraction/tile-choice.ts';
import type { Packing, Schedule, Scheduled, ScheduledArgument, Scratch } from '../scheduled.ts';
import { chooseWinograd, type WinogradShape } from './choose.ts';
import { filterMatrix, inputTransform, outputTransform } from './transforms.ts';

interface Plan {
  readonly contraction: Contraction;
  readonly shape: WinogradShape;
  readonly target: CpuTarget;
  readonly data: Access;
  readonly weights: Access;
  readonly result: Access;
  readonly epilogue: EpiloguePlan;
  readonly panels: Panels;
  /** Rows of tiles per strip, and tiles in one. */
  readonly stripRows: number;
  readonly stripTiles: number;
  readonly choice: TileChoice;
}

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);
const position = (name: string): Expr => local(name, INDEX);

export const scheduleWinograd: Schedule = (stage, { target, buffer }) => {
  const contraction = matchContraction(stage, buffer);
  const shape = contraction && chooseWinograd(contraction, target);
  if (!contraction?.isConstant || !shape || contraction.data.conditions.length > 0) return null;
  const data = accessOf(buffer(contraction.data.buffer), contraction.data.indices);
  const weights = accessOf(buffer(contraction.weights.buffer), contraction.weights.indices);
  const result = accessOf(buffer(contraction.stage.output), contraction.stage.store);
  if (!data || !weights || !result || strideOf(data, shape.channel) !== 1 || strideOf(result, shape.column) !== 1) return null;
  if (!hasHalo(data, shape)) return null;
  const epilogue = planEpilogue(contraction.stage.body, contraction.sum, shape.rows[1], shape.column, (expr) =>
    accessOf(buffer(expr.buffer), expr.indices),
  );
  if (!epilogue) return null;
  const panels = panelsFor(shape.column.extent, target.panel, target.panelUnit);
  const stripRows = chooseStrip(shape, target);
  const stripTiles = stripRows * shape.tiles[1];
  const widths = Array.from(
    { length: panels.count },
    (_, panel) => (panel === panels.count - 1 ? panels.lastWidth : panels.width) / target.lanes,
  );
  const choice = chooseTiles(stripTiles, widths, shape.channel.extent, target);
  return emit({ contraction, shape, target, data, weights, result, epilogue, panels, stripRows, stripTiles, choice });
};

function hasHalo(data: Access, { edge, tiles, padding }: WinogradShape): boolean {
  const { halo } = data.buffer.layout;
  return ([0, 1] as const).every((dim) => {
    const [before, after] = halo[dim + 1] as readonly [number, number];
    const reach = tiles[dim] * edge + 2 - padding[dim];
    return before >= padding[dim] && (data.buffer.shape[dim + 1] as number) + after >= reach;
  });
}

/** Rows of tiles whose transformed input and products take about half of the second cache, dividing the map evenly. */
function chooseStrip({ edge, tiles, channel, column }: WinogradShape, target: CpuTarget): number {
  const points = (edge + 2) ** 2;
  const rowBytes = 4 * points * tiles[1] * (channel.extent + column.extent);
  return largestDivisor(tiles[0], Math.max(1, Math.floor(target.l2Bytes / 2 / rowBytes)));
}

function largestDivisor(value: number, limit: number): number {
  let divisor = Math.min(value, limit);
  while (value % divisor !== 0) divisor--;
  return divisor;
}

/** Threads share the strips; each uses the scratch memory that belongs to the first part of its range. */
function partsOf({ shape, stripRows, target }: Plan): number {
  return largestDivisor(shape.tiles[0] / stripRows, target.maxParts);
}

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
  const args: ScheduledArgument[] = [
    { kind: 'buffer', buffer: data.buffer.id },
    { kind: 'packed', buffer: plan.weights.buffer.id, packing: packFilters(plan) },
    { kind: 'buffer', buffer: result.buffer.id },
    { kind: 'scratch', scratch: transformed },
    { kind: 'scratch', scratch: products },
    ...epilogue.operands.map(({ access }) => epilogueArgument(access, shape.column, columns)),
  ];
  const flops = 2 * 9 * shape.channel.extent * shape.column.extent * shape.rows[0].extent * shape.rows[1].extent;
  return {
    functions: [input, output, ...tiles.values(), { name, parameters, body }],
    fillsBlocks: true,
    calls: [{ callee: name, args, parallel: { extent: parts }, flops }],
  };
}

/** Transforms one tile of one vector of channels: reads at `p`, writes point k at v + k * vs. */
function inputFunction({ shape, data, target }: Plan): KernelFunction {
  const points = shape.edge + 2;
  const rowStride = strideOf(data, shape.rows[0]);
  const pixelStride = strideOf(data, shape.rows[1]);
  const body: Statement[] = [];
  const bind = binder(body);
  const columns = range(points).map((j) => {
    const d = range(points).map((i) => bind(load(pointer('p'), i * rowStride + j * pixelStride, target.lanes)));
    return inputTransform(shape.edge, d, bind).map(bind);
  });
  for (const i of range(points)) {
    const row = inputTransform(
      shape.edge,
      columns.map((column) => column[i] as Expr),
      bind,
    );
    row.forEach((value, j) => {
      body.push(store(advance(pointer('v'), mul(position('vs'), index(i * points + j))), 0, value));
    });
  }
  const parameters: Parameter[] = [
    { name: 'p', type: F32_POINTER },
    { name: 'v', type: F32_POINTER, writes: true },
    { name: 'vs', type: INDEX },
  ];
  return { name: `f32_winograd${shape.edge}_input_x${rowStride}_${pixelStride}_${target.lanes}`, parameters, body };
}

/** Transforms the products of one tile and vector of columns back, applies the epilogue, and stores `nh` x `nw` pixels. */
function outputFunction({ shape, result, epilogue, target }: Plan): KernelFunction {
  const { edge } = shape;
  const points = edge + 2;
  const rowStride = strideOf(result, shape.rows[0]);
  const pixelStride = strideOf(result, shape.rows[1]);
  const body: Statement[] = [];
  const bind = binder(body);
  const grid = { lanes: target.lanes };
  const start = epilogue.epilogue.start(0, grid);
  const bias = start && bind(start);
  const columns = range(points).map((j) => {
    const m = range(points).map((i) => bind(load(advance(pointer('m'), mul(position('ms'), index(i * points + j))), 0, target.lanes)));
    return outputTransform(edge, m, bind).map(bind);
  });
  for (const i of range(edge)) {
    const row: Statement[] = [];
    const bindRow = binder(row, `r${i}_`);
    const values = outputTransform(
      edge,
      columns.map((column) => column[i] as Expr),
      bindRow,
    );
    values.forEach((value, j) => {
      const pixel: Statement[] = [];
      const named = binder(pixel, `o${i}_${j}_`)(bias ? add(value, bias) : value);
      const finished = epilogue.epilogue.finish(named, j, i, grid, 0);
      pixel.push(...finished.statements, store(pointer('y'), i * rowStride + j * pixelStride, finished.value));
      row.push({ kind: 'if', condition: compare('lt', index(j), position('nw')), then: pixel, otherwise: [] });
    });
    body.push({ kind: 'if', condition: compare('lt', index(i), position('nh')), then: row, otherwise: [] });
    for (const { access, parameter } of epilogue.operands) {
      const step = strideOf(access, shape.rows[0]);
      if (step !== 0) body.push(assign(parameter, advance(pointer(parameter), index(step))));
    }
  }
  const parameters: Parameter[] = [
    { name: 'm', type: F32_POINTER },
    { name: 'ms', type: INDEX },
    { name: 'y', type: F32_POINTER, writes: true },
    { name: 'nh', type: INDEX },
    { name: 'nw', type: INDEX },
    ...epilogue.epilogue.parameters,
  ];
  const operandRows = epilogue.operands.map(({ access }) => strideOf(access, shape.rows[0])).join('_');
  return {
    name: `f32_winograd${edge}_output_y${rowStride}_${pixelStride}_e${operandRows}_${target.lanes}${epilogue.epilogue.name}`,
    parameters,
    body,
  };
}

function driver(plan: Plan, input: string, output: string, tiles: Map<string, KernelFunction>): Statement[] {
  const { shape, stripRows, stripTiles, panels } = plan;
  const points = (shape.edge + 2) ** 2;
  const begin = position('begin');
  const perPart = shape.tiles[0] / stripRows / partsOf(plan);
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
  const from = add(index(data.offset), add(scale(add(first, position(ty)), edgeRow), scale(position(tx), edgePixel)));
  const to = scale(add(scale(position(ty), shape.tiles[1]), position(tx)), channels);
  const planeStride = plan.stripTiles * channels;
  const inner = call(input, [
    advance(pointer('a'), add(from, vectorOffset(position(c), target.lanes, data))),
    advance(pointer('v'), add(to, scale(position(c), target.lanes))),
    index(planeStride),
  ]);
  return [loop(ty, 0, plan.stripRows, [loop(tx, 0, shape.tiles[1], [loop(c, 0, channels / target.lanes, [inner])])])];
}

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
  const row = add(first, position(ty));
  const at = (access: Access): Expr =>
    add(
      add(scale(row, edge * strideOf(access, shape.rows[0])), scale(position(tx), edge * strideOf(access, shape.rows[1]))),
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

/** The filters G g G^T of every channel pair, computed in double, in panels per point. */
function packFilters({ shape, weights, panels }: Plan): Packing {
  const { edge, channel, column } = shape;
  const points = edge + 2;
  const g = filterMatrix(edge);
  const columns = paddedColumns(panels);
  const at = (tap: Axis): number => strideOf(weights, tap);
  const strides = { y: at(shape.taps[0]), x: at(shape.taps[1]), c: at(channel), n: at(column) };
  return {
    key: `winograd:${edge}:${panels.width}:${panels.lastWidth}:${weights.offset}:${Object.values(strides)}`,
    elements: points * points * channel.extent * columns,
    pack: (values) => {
      const packed = new Float32Array(points * points * channel.extent * columns);
      const filter = new Float64Array(9);
      for (let c = 0; c < channel.extent; c++) {
        for (let n = 0; n < column.extent; n++) {
          const base = weights.offset + c * strides.c + n * strides.n;
          for (let tap = 0; tap < 9; tap++) filter[tap] = values[base + Math.floor(tap / 3) * strides.y + (tap % 3) * strides.x] as number;
          const panel = Math.floor(n / panels.width);
          const panelWidth = panel === panels.count - 1 ? panels.lastWidth : panels.width;
          const target = panel * panels.width * channel.extent + c * panelWidth + (n - panel * panels.width);
          for (let point = 0; point < points * points; point++) {
            packed[point * channel.extent * columns + target] = transformedFilter(
              filter,
              g[Math.floor(point / points)] as readonly number[],
              g[point % points] as readonly number[],
            );
          }
        }
      }
      return packed;
    },
  };
}

function transformedFilter(filter: Float64Array, left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += (left[i] as number) * (filter[i * 3 + j] as number) * (right[j] as number);
  return sum;
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, position_) => position_);

/** Gives values names, so that each is computed once. */
function binder(statements: Statement[], prefix = 't'): (value: Expr) => Expr {
  let count = 0;
  return (value) => {
    const name = `${prefix}${count++}`;
    statements.push(declare(name, value));
    return local(name, value.type);
  };
}
