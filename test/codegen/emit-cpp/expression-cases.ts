// Every kind of Kernel IR expression on awkward values, as one module: each case reads arrays and writes one output.
import {
  add,
  advance,
  type BinaryOp,
  binary,
  bitcast,
  type CompareOp,
  compare,
  constant,
  convert,
  declare,
  type Expr,
  extract,
  INDEX,
  type KernelFunction,
  type LaneReduction,
  lanes as laneNumbers,
  load,
  local,
  loop,
  type MemoryType,
  memoryBytes,
  mulAdd,
  narrow,
  pointerTo,
  type RegisterScalar,
  reduceLanes,
  register,
  registerFor,
  type Statement,
  select,
  splat,
  store,
  type UnaryOp,
  unary,
  valueType,
} from '../../../codegen/kernel-ir/index.ts';
import type { KernelModule, TensorSlot } from '../../../codegen/module.ts';

/** Elements of each array: a multiple of every vector length. */
export const ELEMENTS = 64;

export interface InputArray {
  readonly name: string;
  readonly type: MemoryType;
  readonly data: ArrayBufferView;
}

interface Case {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: MemoryType;
  readonly build: (operands: readonly Expr[]) => Expr;
}

const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -1.5,
  -2.5,
  0.49999997,
  -0.7,
  1e-40,
  -1e-45,
  3.4e38,
  -3.4e38,
  Infinity,
  -Infinity,
  NaN,
  2147483520,
  2147483648,
  -2147483648,
  -2147483904,
  4294967040,
  4294967296,
  9.2e18,
  1.8446742e19,
  1e20,
  -1e20,
  65504,
  65519,
  65520,
  65536,
  6e-8,
  2.9e-8,
  2.98e-8,
  6.1e-5,
  8388607.5,
  8388609,
  1e10,
  3.999,
  -7.25,
];
const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  -7n,
  100n,
  127n,
  128n,
  -128n,
  -129n,
  255n,
  256n,
  32767n,
  32768n,
  -32769n,
  65535n,
  65536n,
  2147483647n,
  -2147483648n,
  4294967295n,
  16777217n,
  9007199254740993n,
  9223372036854775807n,
  -9223372036854775808n,
];

const ARRAYS = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  bool: Uint8Array,
} as const;

function fill(type: MemoryType, value: (position: number) => number | bigint): ArrayBufferView {
  const array = new ARRAYS[type](ELEMENTS) as unknown as { [index: number]: number | bigint } & ArrayBufferView;
  for (let position = 0; position < ELEMENTS; position++) array[position] = value(position);
  return array;
}

/** The same values every time: a linear congruential generator. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

const at = <Value>(list: readonly Value[], position: number): Value => list[position % list.length] as Value;
const isBig = (type: MemoryType): boolean => type === 'i64' || type === 'u64';

function numbers(type: MemoryType, shift: number): ArrayBufferView {
  const next = sequence(shift + 1);
  switch (type) {
    case 'f32':
    case 'f64':
      return fill(type, (position) => (position < 50 ? at(FLOATS, position * (2 * shift + 1) + shift) : (next() / 2 ** 32 - 0.5) * 200));
    case 'f16':
    case 'bf16':
      return fill(type, () => next() >>> 16);
    case 'bool':
      return fill(type, () => next() >>> 31);
    default:
      return fill(type, (position) =>
        asInteger(type, position < 40 ? at(INTEGERS, position * (2 * shift + 1) + shift) : BigInt(next()) * 4294967291n - 7n),
      );
  }
}

function asInteger(type: MemoryType, value: bigint): number | bigint {
  const bits = memoryBytes(type) * 8;
  const wrapped = type.startsWith('u') ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
  return isBig(type) ? wrapped : Number(wrapped);
}

const MEMORY: readonly MemoryType[] = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f16', 'bf16', 'f32', 'f64'];
const NUMBERS = ['i32', 'u32', 'i64', 'u64', 'f32', 'f64'] as const;
const SMALL_INTEGERS = ['i32', 'u32', 'i64', 'u64'] as const;

export function inputArrays(): InputArray[] {
  const values = MEMORY.flatMap((type) => [0, 1, 2].map((shift) => ({ name: `${type}_${shift}`, type, data: numbers(type, shift) })));
  const divisors = SMALL_INTEGERS.map((type) => ({
    name: `${type}_divisor`,
    type,
    data: fill(type, (position) => asInteger(type, at([3n, 7n, 1n, 1000n, 5n, 65537n], position))),
  }));
  const shifts = SMALL_INTEGERS.map((type) => ({
    name: `${type}_shift`,
    type,
    data: fill(type, (position) => asInteger(type, BigInt(position % (isBig(type) ? 64 : 32)))),
  }));
  const whole = (
    [
      ['f64', 0],
      ['f64', 1],
      ['f64', 2],
    ] as const
  ).map(([type, shift]) => ({ name: `whole_${shift}`, type, data: fill(type, (position) => ((position * 37 + shift * 11) % 101) - 50) }));
  return [...values, ...divisors, ...shifts, ...whole];
}

function unaryCases(): Case[] {
  return NUMBERS.flatMap((type): Case[] => {
    const isFloat = type === 'f32' || type === 'f64';
    const ops: UnaryOp[] = isFloat ? ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] : ['neg', 'abs', 'not'];
    return ops.map((op) => ({ name: `${op}_${type}`, inputs: [`${type}_0`], output: type, build: ([a]) => unary(op, a as Expr) }));
  }).concat({ name: 'not_bool', inputs: ['bool_0'], output: 'bool', build: ([a]) => unary('not', a as Expr) });
}

function binaryCases(): Case[] {
  return NUMBERS.flatMap((type): Case[] => {
    const isFloat = type === 'f32' || type === 'f64';
    const plain: BinaryOp[] = ['add', 'sub', 'mul', 'min', 'max', ...(isFloat ? (['div'] as const) : (['and', 'or', 'xor'] as const))];
    const make = (op: BinaryOp, right: string): Case => ({
      name: `${op}_${type}`,
      inputs: [`${type}_0`, right],
      output: type,
      build: ([a, b]) => binary(op, a as Expr, b as Expr),
    });
    const guarded = isFloat
      ? []
      : [make('div', `${type}_divisor`), make('rem', `${type}_divisor`), make('shl', `${type}_shift`), make('shr', `${type}_shift`)];
    return [...plain.map((op) => make(op, `${type}_1`)), ...guarded];
  }).concat(
    (['and', 'or', 'xor'] as const).map((op) => ({
      name: `${op}_bool`,
      inputs: ['bool_0', 'bool_1'],
      output: 'bool',
      build: ([a, b]) => binary(op, a as Expr, b as Expr),
    })),
  );
}

const COMPARES: readonly CompareOp[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

function compareCases(): Case[] {
  const compares = [...NUMBERS, 'bool' as const].flatMap((type) =>
    COMPARES.map(
      (op): Case => ({
        name: `${op}_${type}`,
        inputs: [`${type}_0`, `${type}_1`],
        output: 'bool',
        build: ([a, b]) => compare(op, a as Expr, b as Expr),
      }),
    ),
  );
  // Masks of 32-bit comparisons choose 64-bit values and the other way round.
  const selects = NUMBERS.flatMap((type) =>
    (['f32', 'f64'] as const).map(
      (by): Case => ({
        name: `select_${type}_by_${by}`,
        inputs: [`${by}_0`, `${by}_1`, `${type}_0`, `${type}_1`],
        output: type,
        build: ([x, y, a, b]) => select(compare('lt', x as Expr, y as Expr), a as Expr, b as Expr),
      }),
    ),
  );
  const byMask = NUMBERS.map(
    (type): Case => ({
      name: `select_${type}_by_bool`,
      inputs: ['bool_0', `${type}_0`, `${type}_1`],
      output: type,
      build: ([m, a, b]) => select(m as Expr, a as Expr, b as Expr),
    }),
  );
  return [...compares, ...selects, ...byMask];
}

function conversionCases(): Case[] {
  const all: readonly RegisterScalar[] = [...NUMBERS, 'bool'];
  const converts = all.flatMap((from) =>
    all
      .filter((to) => to !== from)
      .map(
        (to): Case => ({
          name: `convert_${from}_${to}`,
          inputs: [`${from}_0`],
          output: to as MemoryType,
          build: ([a]) => convert(a as Expr, to),
        }),
      ),
  );
  const narrows = MEMORY.map(
    (to): Case => ({
      name: `narrow_${to}`,
      inputs: [`${registerFor(to).scalar}_0`],
      output: registerFor(to).scalar as MemoryType,
      build: ([a]) => narrow(a as Expr, to),
    }),
  );
  const casts = (
    [
      ['f32', 'i32'],
      ['i32', 'f32'],
      ['f32', 'u32'],
      ['u32', 'i32'],
      ['f64', 'i64'],
      ['i64', 'f64'],
      ['u64', 'i64'],
    ] as const
  ).map(
    ([from, to]): Case => ({ name: `bitcast_${from}_${to}`, inputs: [`${from}_1`], output: to, build: ([a]) => bitcast(a as Expr, to) }),
  );
  const memory = MEMORY.map((type): Case => ({ name: `copy_${type}`, inputs: [`${type}_0`], output: type, build: ([a]) => a as Expr }));
  const stores = MEMORY.map(
    (type): Case => ({ name: `store_${type}`, inputs: [`${registerFor(type).scalar}_1`], output: type, build: ([a]) => a as Expr }),
  );
  const indices = (['i32', 'u32', 'i64', 'u64', 'f32', 'bool'] as const).map(
    (type): Case => ({
      name: `index_of_${type}`,
      inputs: [`${type}_0`],
      output: 'i64',
      build: ([a]) => convert(convert(a as Expr, 'index'), 'i64'),
    }),
  );
  return [...converts, ...narrows, ...casts, ...memory, ...stores, ...indices];
}

function laneCases(): Case[] {
  const reductions = NUMBERS.flatMap((type) =>
    (['add', 'mul', 'min', 'max'] as const).map(
      (op: LaneReduction): Case => ({
        name: `reduce_${op}_${type}`,
        inputs: [`${type}_1`],
        output: type,
        build: ([a]) => (valueType(a as Expr).lanes === 1 ? (a as Expr) : reduceLanes(op, a as Expr)),
      }),
    ),
  );
  const others = NUMBERS.map(
    (type): Case => ({
      name: `lanes_${type}`,
      inputs: [`${type}_0`],
      output: type,
      build: ([a]) => {
        const count = valueType(a as Expr).lanes;
        const first = count === 1 ? (a as Expr) : extract(a as Expr, count - 1);
        return add(splat(first, count), add(laneNumbers(type, count), constant(3, register(type, count))));
      },
    }),
  );
  const masks: Case = {
    name: 'lanes_of_masks',
    inputs: ['bool_0', 'bool_1'],
    output: 'bool',
    build: ([a, b]) => {
      const count = valueType(a as Expr).lanes;
      return count === 1
        ? (a as Expr)
        : binary('xor', splat(extract(a as Expr, 1), count), binary('and', b as Expr, constant(1, register('bool', count))));
    },
  };
  return [...reductions, ...others, masks];
}

function mulAddCases(): Case[] {
  const types = ['f32', 'i32', 'u32', 'i64', 'u64'] as const;
  const plain = types.map(
    (type): Case => ({
      name: `mul_add_${type}`,
      inputs: [`${type}_0`, `${type}_1`, `${type}_2`],
      output: type,
      build: ([a, b, c]) => mulAdd(a as Expr, b as Expr, c as Expr),
    }),
  );
  // Whole numbers: exact whether it rounds once or twice.
  const whole: Case = {
    name: 'mul_add_f64',
    inputs: ['whole_0', 'whole_1', 'whole_2'],
    output: 'f64',
    build: ([a, b, c]) => mulAdd(a as Expr, b as Expr, c as Expr),
  };
  // Written as two operations, it must round twice everywhere.
  const apart: Case = {
    name: 'mul_then_add_f32',
    inputs: ['f32_0', 'f32_1', 'f32_2'],
    output: 'f32',
    build: ([a, b, c]) => add(binary('mul', a as Expr, b as Expr), c as Expr),
  };
  return [...plain, whole, apart];
}

const literalCases = (): Case[] =>
  [0.1, -0, 1e-40, 3.4e38, Infinity, -Infinity, NaN, 16777217, 1 / 3].flatMap((value, position) =>
    (['f32', 'f64'] as const).map(
      (type): Case => ({
        name: `literal_${position}_${type}`,
        inputs: [`${type}_0`],
        output: type,
        build: ([a]) => constant(value, valueType(a as Expr)),
      }),
    ),
  );

export const allCases = (): Case[] => [
  ...unaryCases(),
  ...binaryCases(),
  ...compareCases(),
  ...conversionCases(),
  ...laneCases(),
  ...mulAddCases(),
  ...literalCases(),
];

function caseFunction(each: Case, lanes: number, arrays: ReadonlyMap<string, InputArray>): KernelFunction {
  const position = local('i', INDEX);
  const operands = each.inputs.map((name, operand) =>
    load(advance(local(`a${operand}`, pointerTo((arrays.get(name) as InputArray).type)), position), 0, lanes),
  );
  const value = each.build(operands);
  const body: Statement[] = [
    declare('value', value),
    store(advance(local('out', pointerTo(each.output)), position), 0, local('value', valueType(value))),
  ];
  return {
    name: `${each.name}__x${lanes}`,
    parameters: [
      ...each.inputs.map((name, operand) => ({ name: `a${operand}`, type: pointerTo((arrays.get(name) as InputArray).type) })),
      { name: 'out', type: pointerTo(each.output), writes: true },
    ],
    body: [loop('i', 0, ELEMENTS, body, lanes)],
  };
}

/** All cases for these vector lengths: outputs are `CASE__xLANES`. */
export function expressionModule(laneCounts: readonly number[], arrays: readonly InputArray[]): KernelModule {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const work = laneCounts.flatMap((lanes) => allCases().map((each) => ({ each, declared: caseFunction(each, lanes, byName) })));
  const slot = (name: string, type: MemoryType): TensorSlot => ({ name, type, shape: [ELEMENTS], bytes: ELEMENTS * memoryBytes(type) });
  return {
    name: 'expressions',
    functions: work.map(({ declared }) => declared),
    prepare: [],
    run: work.map(({ each, declared }, position) => ({
      kind: 'call',
      callee: declared.name,
      label: declared.name,
      flops: 0,
      args: [
        ...each.inputs.map((name) => ({
          kind: 'address' as const,
          memory: (byName.get(name) as InputArray).type,
          address: { region: 'input' as const, index: arrays.findIndex((array) => array.name === name), offset: 0 },
        })),
        { kind: 'address' as const, memory: each.output, address: { region: 'output' as const, index: position, offset: 0 } },
      ],
    })),
    inputs: arrays.map(({ name, type }) => slot(name, type)),
    outputs: work.map(({ each, declared }) => slot(declared.name, each.output)),
    weights: new Uint8Array(0),
    arenaBytes: 0,
  };
}
