// Random bits: threefry2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), laid out as in JAX:
// counters 0, 1, ... in two halves that are encrypted pairwise; of an odd count the last pair's second counter is 0.
import { Block } from '../../kernel-ir/block.ts';
import {
  add,
  advance,
  binary,
  constant,
  convert,
  INDEX,
  index,
  lanes as laneNumbers,
  load,
  local,
  pointerTo,
  register,
  scale,
  splat,
  store,
  sub,
  valueType,
} from '../../kernel-ir/build.ts';
import type { Expr, KernelFunction, Parameter } from '../../kernel-ir/types.ts';
import type { LibraryStage } from '../../stage/stage.ts';
import type { ScheduleContext, Scheduled, ScheduledArgument, ScheduledCall } from '../scheduled.ts';

type RandomBits = Extract<LibraryStage, { kind: 'random_bits' }>;

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const PARITY = 0x1bd11bda;
/** A round is an addition, a rotation of three operations and an exclusive or, for two words. */
const OPERATIONS_PER_WORD = 50;

export function scheduleRandomBits(stage: RandomBits, { buffer, target }: ScheduleContext): Scheduled {
  const count = buffer(stage.output).shape.reduce((product, extent) => product * extent, 1);
  const pairs = Math.floor(count / 2);
  const buffers: ScheduledArgument[] = [
    { kind: 'buffer', buffer: stage.output },
    { kind: 'buffer', buffer: stage.key },
  ];
  const functions: KernelFunction[] = [];
  const calls: ScheduledCall[] = [];
  if (pairs > 0) {
    const lanes = pairs >= target.lanes ? target.lanes : 1;
    functions.push(pairsFunction(lanes));
    const args: ScheduledArgument[] = [...buffers, { kind: 'number', value: pairs }, { kind: 'number', value: count - pairs }];
    calls.push({
      callee: `random_bits_x${lanes}`,
      args,
      parallel: { extent: Math.ceil(pairs / lanes) },
      flops: OPERATIONS_PER_WORD * 2 * pairs,
    });
  }
  if (count % 2 === 1) {
    functions.push(lastFunction());
    calls.push({ callee: 'random_bits_last', args: [...buffers, { kind: 'number', value: pairs }], flops: OPERATIONS_PER_WORD * 2 });
  }
  return { functions, calls };
}

const OUT = local('y', pointerTo('u32'));
const KEY = local('key', pointerTo('u32'));
const POINTERS: readonly Parameter[] = [
  { name: 'y', type: pointerTo('u32'), writes: true },
  { name: 'key', type: pointerTo('u32') },
];

/** Counters i and half + i for vectors of i; the last vector may repeat a part of the one before. */
function pairsFunction(lanes: number): KernelFunction {
  const [pairs, half] = [local('pairs', INDEX), local('half', INDEX)];
  const parameters = [...POINTERS, ...['pairs', 'half', 'begin', 'end'].map((name) => ({ name, type: INDEX }))];
  const block = new Block();
  for (const { name } of parameters) block.names.fresh(name);
  const keys = readKeys(block, lanes);
  block.loop('i', local('begin', INDEX), local('end', INDEX), (body, counter) => {
    const position = body.bind(binary('min', scale(counter, lanes), sub(pairs, index(lanes))), 'position');
    const count = (start: Expr): Expr =>
      add(splat(convert(start, 'u32'), lanes), lanes === 1 ? constant(0, register('u32')) : laneNumbers('u32', lanes));
    const [x, y] = encrypt(body, keys, count(position), count(add(position, half)));
    const place = body.bind(advance(OUT, position), 'place');
    body.push(store(place, 0, x), store(advance(place, half), 0, y));
  });
  return { name: `random_bits_x${lanes}`, parameters, body: block.statements };
}

/** The element of an odd count that has no partner. */
function lastFunction(): KernelFunction {
  const parameters = [...POINTERS, { name: 'position', type: INDEX }];
  const block = new Block();
  for (const { name } of parameters) block.names.fresh(name);
  const position = local('position', INDEX);
  const [x] = encrypt(block, readKeys(block, 1), convert(position, 'u32'), constant(0, register('u32')));
  block.push(store(advance(OUT, position), 0, x));
  return { name: 'random_bits_last', parameters, body: block.statements };
}

type Keys = readonly [Expr, Expr, Expr];

function readKeys(block: Block, lanes: number): Keys {
  const [first, second] = [block.bind(load(KEY, 0), 'k0'), block.bind(load(KEY, 1), 'k1')];
  const third = block.bind(binary('xor', binary('xor', first, second), constant(PARITY, register('u32'))), 'k2');
  return [first, second, third].map((key) => block.bind(splat(key, lanes), 'key')) as unknown as Keys;
}

function encrypt(block: Block, keys: Keys, first: Expr, second: Expr): readonly [Expr, Expr] {
  let x = block.bind(add(first, keys[0]), 'x');
  let y = block.bind(add(second, keys[1]), 'y');
  for (let group = 0; group < 5; group++) {
    for (const distance of ROTATIONS[(group % 2) as 0 | 1]) {
      x = block.bind(add(x, y), 'x');
      y = block.bind(binary('xor', rotate(y, distance), x), 'y');
    }
    x = block.bind(add(x, keys[((group + 1) % 3) as 0]), 'x');
    y = block.bind(add(add(y, keys[((group + 2) % 3) as 0]), constant(group + 1, valueType(y))), 'y');
  }
  return [x, y];
}

function rotate(value: Expr, distance: number): Expr {
  const by = (amount: number): Expr => constant(amount, valueType(value));
  return binary('or', binary('shl', value, by(distance)), binary('shr', value, by(32 - distance)));
}
