// Schedules a depthwise convolution: vectors of channels, and tiles of pixels small enough that each input is loaded once
// for all the outputs that need it.
import type { CpuTarget } from '../../../targets/cpu-target.ts';
import {
  add,
  advance,
  assign,
  call,
  constant,
  declare,
  type Expr,
  INDEX,
  index,
  type KernelFunction,
  load,
  local,
  loop,
  mul,
  mulAdd,
  type Parameter,
  pointerTo,
  register,
  type Statement,
  scale,
  store,
} from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import { type Access, accessOf, strideOf } from '../contraction/access.ts';
import { type EpiloguePlan, planEpilogue } from '../contraction/epilogue.ts';
import { epilogueArgument, epilogueStart } from '../contraction/epilogue-argument.ts';
import { inBlocks } from '../contraction/in-blocks.ts';
import { type Contraction, matchContraction } from '../contraction/match.ts';
import { splitEvenly } from '../contraction/tile-choice.ts';
import type { Packing, Schedule, Scheduled, ScheduledArgument } from '../scheduled.ts';

interface Plan {
  readonly contraction: Contraction;
  readonly target: CpuTarget;
  readonly data: Access;
  readonly weights: Access;
  readonly result: Access;
  readonly epilogue: EpiloguePlan;
  readonly channel: Axis;
  readonly taps: readonly Tap[];
  /** Outermost to innermost; the last one or two are cut into tiles. */
  readonly rows: readonly Axis[];
  readonly vectors: number;
}

interface Tap {
  /** Where the tap reads, from the first one, in the data and in the weights. */
  readonly data: number;
  readonly weight: number;
}

const F32_POINTER = pointerTo('f32');
const pointer = (name: string): Expr => local(name, F32_POINTER);

export const scheduleDepthwise: Schedule = (stage, { target, buffer }) => {
  const contraction = matchContraction(stage, buffer);
  const [channel, secondChannel] = contraction?.shared ?? [];
  if (
    !contraction?.isConstant ||
    !channel ||
    secondChannel ||
    contraction.columns.length > 0 ||
    contraction.data.conditions.length > 0 ||
    contraction.rows.length === 0
  )
    return null;
  const data = accessOf(buffer(contraction.data.buffer), contraction.data.indices);
  const weights = accessOf(buffer(contraction.weights.buffer), contraction.weights.indices);
  const result = accessOf(buffer(contraction.stage.output), contraction.stage.store);
  if (
    !data ||
    !weights ||
    !result ||
    result.buffer.type !== 'f32' ||
    ![data, weights, result].every((access) => strideOf(access, channel) === 1)
  )
    return null;
  const isWhole = channel.extent % target.lanes === 0 || (data.blocked && result.blocked);
  if (!isWhole || [data, result].some((access) => access.blocked && access.blocked.axis !== channel)) return null;
  const epilogue = planEpilogue(
    stage.kind === 'compute' ? stage.body : contraction.sum,
    contraction.sum,
    contraction.rows.at(-1),
    channel,
    (expr) => accessOf(buffer(expr.buffer), expr.indices),
  );
  if (!epilogue) return null;
  return emit({
    contraction,
    target,
    data,
    weights,
    result,
    epilogue,
    channel,
    taps: tapsOf(contraction, data, weights),
    rows: contraction.rows,
    vectors: Math.ceil(channel.extent / (result.blocked?.size ?? target.lanes)) * ((result.blocked?.size ?? target.lanes) / target.lanes),
  });
};

/** All taps of the window, in row-major order. */
function tapsOf({ sum }: Contraction, data: Access, weights: Access): readonly Tap[] {
  let taps: Tap[] = [{ data: 0, weight: 0 }];
  for (const axis of sum.axes) {
    taps = taps.flatMap((tap) =>
      Array.from({ length: axis.extent }, (_, step) => ({
        data: tap.data + step * strideOf(data, axis),
        weight: tap.weight + step * strideOf(weights, axis),
      })),
    );
  }
  return taps;
}

function emit(plan: Plan): Scheduled {
  const { contraction, data, weights, result, epilogue, channel, taps } = plan;
  const tiles = new Map<string, KernelFunction>();
  const body = driver(plan, tiles);
  const parameters: Parameter[] = [
    { name: 'a', type: F32_POINTER },
    { name: 'b', type: F32_POINTER },
    { name: 'y', type: F32_POINTER, writes: true },
    ...epilogue.operands.map(({ parameter }): Parameter => ({ name: parameter, type: F32_POINTER })),
    { name: 'begin', type: INDEX },
    { name: 'end', type: INDEX },
  ];
  const name = `${contraction.stage.name}__f32_depthwise_${contraction.stage.output}`;
  const args: ScheduledArgument[] = [
    { kind: 'buffer', buffer: data.buffer.id },
    { kind: 'packed', buffer: weights.buffer.id, packing: packTaps(plan) },
    { kind: 'buffer', buffer: result.buffer.id },
    ...epilogue.operands.map(({ access }) => epilogueArgument(access, channel, paddedChannels(plan))),
  ];
  const pixels = plan.rows.reduce((product, axis) => product * axis.extent, 1);
  return {
    functions: [...tiles.values(), { name, parameters, body }],
    calls: [{ callee: name, args, parallel: { extent: parallelExtent(plan) }, flops: 2 * pixels * channel.extent * taps.length }],
    fillsBlocks: true,
  };
}

const unitOf = (target: CpuTarget): number => target.panelUnit;
const paddedChannels = ({ channel, target }: Plan): number => Math.ceil(channel.extent / unitOf(target)) * unitOf(target);
/** Per unit of channels, the taps one after the other. */
function packTaps(plan: Plan): Packing {
  const { channel, taps, weights, target } = plan;
  const unit = unitOf(target);
  const channels = paddedChannels(plan);
  return {
    key: `taps:${unit}:${weights.offset}:${taps.map((tap) => tap.weight).join(',')}`,
    elements: channels * taps.length,
    pack: (values) => {
      const packed = new Float32Array(channels * taps.length);
      for (let c = 0; c < channel.extent; c++) {
        taps.forEach((tap, position) => {
          packed[(Math.floor(c / unit) * taps.length + position) * unit + (c % unit)] = values[weights.offset + tap.weight + c] as number;
        });
      }
      return packed;
    },
  };
}

/** Blocks of channels lie far apart, so they come first; channels side by side come after the rows they share. */
const channelsFirst = ({ data }: Plan): boolean => data.blocked !== undefined;
const parallelExtent = (plan: Plan): number =>
  channelsFirst(plan) ? plan.vectors : plan.rows.length === 1 ? 1 : (plan.rows[0] as Axis).extent;

interface Position {
  readonly data: Expr;
  readonly weights: Expr;
  readonly result: Expr;
  readonly operands: readonly Expr[];
}

const moveBy = (plan: Plan, position: Position, by: (access: Access) => Expr, weights: Expr = position.weights): Position => ({
  data: add(position.data, by(plan.data)),
  weights,
  result: add(position.result, by(plan.result)),
  operands: plan.epilogue.operands.map(({ access }, which) => add(position.operands[which] as Expr, by(access))),
});

const move = (plan: Plan, position: Position, axis: Axis, steps: Expr): Position =>
  moveBy(plan, position, (access) => mul(steps, index(strideOf(access, axis))));

/** Moves to vector `c` of the channels. */
function toVector(plan: Plan, position: Position, c: Expr): Position {
  const { target, channel, taps } = plan;
  const unit = unitOf(target);
  const weights = inBlocks(c, target.lanes, { size: unit, stride: unit * taps.length });
  return moveBy(
    plan,
    position,
    (access) => {
      if (!access.strides.has(channel)) return index(0);
      return access.blocked ? inBlocks(c, target.lanes, access.blocked) : scale(c, target.lanes);
    },
    add(position.weights, weights),
  );
}

function driver(plan: Plan, tiles: Map<string, KernelFunction>): Statement[] {
  const start: Position = {
    data: index(plan.data.offset),
    weights: index(0),
    result: index(plan.result.offset),
    operands: plan.epilogue.operands.map(({ access }) => index(epilogueStart(access, plan.channel))),
  };
  const c = local('c', INDEX);
  const range = [local('begin', INDEX), local('end', INDEX)] as const;
  if (channelsFirst(plan))
    return [
      loop(
        'c',
        ...range,
        rowLoops(plan, toVector(plan, start, c), 0, null, (at) => pixelLoop(plan, at, tiles)),
      ),
    ];
  return rowLoops(plan, start, 0, range, (at) => [loop('c', 0, plan.vectors, pixelLoop(plan, toVector(plan, at, c), tiles))]);
}

/** Loops over all row axes but the innermost; the first takes `range` where it is given. */
function rowLoops(
  plan: Plan,
  position: Position,
  depth: number,
  range: readonly [Expr, Expr] | null,
  body: (position: Position) => Statement[],
): Statement[] {
  if (depth >= plan.rows.length - 1) return body(position);
  const axis = plan.rows[depth] as Axis;
  const name = `q${depth}`;
  const [from, to] = range ?? [index(0), index(axis.extent)];
  return [loop(name, from, to, rowLoops(plan, move(plan, position, axis, local(name, INDEX)), depth + 1, null, body))];
}

/** Tiles along the innermost row axis. */
function pixelLoop(plan: Plan, position: Position, tiles: Map<string, KernelFunction>): Statement[] {
  const axis = plan.rows.at(-1) as Axis;
  let done = 0;
  return splitEvenly(axis.extent, tileWidth(plan)).flatMap(({ rows: width, count }, run) => {
    const tile = tileFunction(plan, width);
    tiles.set(tile.name, tile);
    const callAt = (steps: Expr): Statement => {
      const at = move(plan, position, axis, steps);
      return call(tile.name, [
        advance(pointer('a'), at.data),
        advance(pointer('b'), at.weights),
        advance(pointer('y'), at.result),
        ...plan.epilogue.operands.map(({ parameter }, which) => advance(pointer(parameter), at.operands[which] as Expr)),
      ]);
    };
    const first = done;
    done += width * count;
    const name = `x${run}`;
    return count === 1 ? [callAt(index(first))] : [loop(name, 0, count, [callAt(add(index(first), scale(local(name, INDEX), width)))])];
  });
}

/** As many pixels as leave room for a row of weights and the input. */
function tileWidth({ target, taps }: Plan): number {
  const weightsHeld = Math.ceil(Math.sqrt(taps.length));
  return Math.min(14, Math.max(1, target.registers - target.temporaries - weightsHeld - 1));
}

/** A tile of `width` pixels of one vector of channels. */
function tileFunction(plan: Plan, width: number): KernelFunction {
  const { data, result, epilogue, taps, target, rows } = plan;
  const vector = register('f32', target.lanes);
  const unit = unitOf(target);
  const axis = rows.at(-1) as Axis;
  const grid = { lanes: target.lanes };
  const body: Statement[] = [declare('start', epilogue.epilogue.start(0, grid) ?? constant(0, vector))];
  for (let pixel = 0; pixel < width; pixel++) body.push(declare(`c${pixel}`, local('start', vector)));
  const held = new Set<number>();
  for (const [offset, uses] of footprint(width, taps, strideOf(data, axis))) {
    const name = `v${offset}`;
    body.push(declare(name, load(pointer('a'), offset, target.lanes)));
    for (const { pixel, tap } of uses) {
      if (!held.has(tap)) body.push(declare(`w${tap}`, load(pointer('b'), tap * unit, target.lanes)));
      held.add(tap);
      const sum = `c${pixel}`;
      body.push(assign(sum, mulAdd(local(name, vector), local(`w${tap}`, vector), local(sum, vector))));
    }
  }
  for (let pixel = 0; pixel < width; pixel++) {
    const finished = epilogue.epilogue.finish(local(`c${pixel}`, vector), pixel, 0, grid);
    body.push(...finished.statements, store(pointer('y'), pixel * strideOf(result, axis), finished.value));
  }
  const strides = [data, result].map((access) => strideOf(access, axis));
  const name = `f32_depthwise_${width}x${target.lanes}_${tapsName(taps)}_a${strides[0]}_y${strides[1]}${epilogue.epilogue.name}`;
  const parameters: Parameter[] = [
    { name: 'a', type: F32_POINTER },
    { name: 'b', type: F32_POINTER },
    { name: 'y', type: F32_POINTER, writes: true },
    ...epilogue.epilogue.parameters,
  ];
  return { name, parameters, body };
}

/** Which outputs need the input at each offset, and by which tap, in the order of memory. */
function footprint(
  width: number,
  taps: readonly Tap[],
  stride: number,
): readonly (readonly [number, readonly { readonly pixel: number; readonly tap: number }[]])[] {
  const uses = new Map<number, { pixel: number; tap: number }[]>();
  for (let pixel = 0; pixel < width; pixel++) {
    taps.forEach((tap, position) => {
      const offset = pixel * stride + tap.data;
      uses.set(offset, [...(uses.get(offset) ?? []), { pixel, tap: position }]);
    });
  }
  return [...uses].sort(([a], [b]) => a - b);
}

/** The taps' offsets, short. */
function tapsName(taps: readonly Tap[]): string {
  let hash = 2166136261;
  for (const tap of taps) hash = Math.imul(hash ^ tap.data, 16777619);
  return `${taps.length}taps${(hash >>> 0).toString(36)}`;
}
