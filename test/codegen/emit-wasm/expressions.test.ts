// Every expression of Kernel IR in WebAssembly gives what the interpreter gives, to the bit, on scalars and vectors.
import { describe, expect, it } from 'vitest';
import {
  binary,
  bitcast,
  compare,
  constant,
  convert,
  extract,
  lanes as laneNumbers,
  memoryBytes,
  mulAdd,
  narrow,
  reduceLanes,
  register,
  registerFor,
  select,
  splat,
  unary,
} from '../../../codegen/kernel-ir/index.ts';
import type { BinaryOp, CompareOp, Expr, LaneReduction, MemoryType, RegisterScalar, UnaryOp } from '../../../codegen/kernel-ir/types.ts';
import { elementwise, type Given, memoryOf, runEverywhere, runWasm, TARGETS } from './run-kernel.ts';

const FLOATS = [0, -0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 1e-40, 1e30, -1e30, Infinity, -Infinity, NaN, 2 ** 31, 4294967040, 1e10, 0.1];
const I32 = [0, 1, -1, 2, 3, -7, 100, -100, 2147483647, -2147483648, 65536, -65537, 12345, 77, 8, 255, -128, 32767, 9, 10];
const I64 = I32.map((value, position) => BigInt(value) * (position % 2 ? 4294967296n : 1n) + BigInt(position));

type Machine = 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64';
const SCALARS: readonly Machine[] = ['i32', 'u32', 'i64', 'u64', 'f32', 'f64'];
const SAMPLES: Record<Machine, readonly (number | bigint)[]> = { i32: I32, u32: I32, i64: I64, u64: I64, f32: FLOATS, f64: FLOATS };
const isFloat = (scalar: Machine): boolean => scalar.startsWith('f');
const vectorLanes = (scalar: MemoryType): number => (memoryBytes(scalar) === 8 ? 2 : 4);

/** Every pair of samples once. */
function pairs(scalar: Machine, right = SAMPLES[scalar]): [Given, Given] {
  const left = SAMPLES[scalar];
  return [
    { type: scalar, values: left.flatMap((value) => right.map(() => value)) },
    { type: scalar, values: left.flatMap(() => right) },
  ];
}

function expectSame(samples: readonly Given[], output: MemoryType, lanes: number, build: (...operands: Expr[]) => Expr): void {
  const given = samples.map((sample) => fillVectors(sample, lanes));
  for (const { target, expected, found } of runEverywhere(elementwise(given, output, lanes, build), given))
    expect(found, target).toEqual(expected);
}

/** Repeats the last value until vectors of this size cover the samples. */
function fillVectors({ type, values }: Given, lanes: number): Given {
  const missing = (lanes - (values.length % lanes)) % lanes;
  return { type, values: [...values, ...values.slice(values.length - missing)] };
}

const forms = SCALARS.flatMap((scalar) => [1, vectorLanes(scalar)].map((lanes) => ({ scalar, lanes })));

describe.each(forms)('$scalar x $lanes', ({ scalar, lanes }) => {
  const unaries: readonly UnaryOp[] = isFloat(scalar) ? ['neg', 'abs', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest'] : ['neg', 'abs', 'not'];
  it.each(unaries)('computes %s', (op) => {
    expectSame([{ type: scalar, values: SAMPLES[scalar] }], scalar, lanes, (x) => unary(op, x as Expr));
  });

  const binaries: readonly BinaryOp[] = isFloat(scalar)
    ? ['add', 'sub', 'mul', 'div', 'min', 'max']
    : ['add', 'sub', 'mul', 'min', 'max', 'and', 'or', 'xor'];
  it.each(binaries)('computes %s', (op) => {
    expectSame(pairs(scalar), scalar, lanes, (x, y) => binary(op, x as Expr, y as Expr));
  });

  it.each(isFloat(scalar) ? [] : (['div', 'rem'] as const))('computes %s', (op) => {
    const divisors = SAMPLES[scalar].map((value) =>
      Number(value) === 0 || Number(value) === -1 ? (scalar.endsWith('64') ? 3n : 3) : value,
    );
    expectSame(pairs(scalar, divisors), scalar, lanes, (x, y) => binary(op, x as Expr, y as Expr));
  });

  it.each(isFloat(scalar) ? [] : (['shl', 'shr'] as const))('computes %s by a constant and by amounts of each lane', (op) => {
    const amounts = SAMPLES[scalar].map((_, position) => (scalar.endsWith('64') ? BigInt(position * 3) : position));
    expectSame(pairs(scalar, amounts), scalar, lanes, (x, y) => binary(op, x as Expr, y as Expr));
    expectSame([{ type: scalar, values: SAMPLES[scalar] }], scalar, lanes, (x) =>
      binary(op, x as Expr, constant(5, register(scalar, lanes))),
    );
    const one = splat(binary('add', constant(3, register(scalar)), constant(4, register(scalar))), lanes);
    expectSame([{ type: scalar, values: SAMPLES[scalar] }], scalar, lanes, (x) => binary(op, x as Expr, one));
  });

  it.each(['eq', 'ne', 'lt', 'le', 'gt', 'ge'] satisfies CompareOp[])('compares and selects by %s', (op) => {
    expectSame(pairs(scalar), 'bool', lanes, (x, y) => compare(op, x as Expr, y as Expr));
    expectSame(pairs(scalar), scalar, lanes, (x, y) =>
      select(compare(op, x as Expr, y as Expr), x as Expr, constant(7, register(scalar, lanes))),
    );
  });

  it('multiplies and adds', () => {
    // Small integers: one rounding or two give the same.
    const small = Array.from({ length: 20 }, (_, position) => (scalar.endsWith('64') && !isFloat(scalar) ? BigInt(position) : position));
    expectSame([{ type: scalar, values: small }], scalar, lanes, (x) => mulAdd(x as Expr, x as Expr, x as Expr));
  });

  it('converts to bool and, among types of as many lanes, by value', () => {
    const targets = SCALARS.filter((to) => to !== scalar && (lanes === 1 || vectorLanes(to) === lanes));
    for (const to of targets) expectSame([{ type: scalar, values: SAMPLES[scalar] }], to, lanes, (x) => convert(x as Expr, to));
    expectSame([{ type: scalar, values: SAMPLES[scalar] }], 'bool', lanes, (x) => convert(x as Expr, 'bool'));
    expectSame([{ type: 'bool', values: [0, 1, 1, 0, 1, 0, 0, 1] }], scalar, lanes, (x) => convert(x as Expr, scalar));
  });

  it('reinterprets bits', () => {
    const [float, integer] = scalar.endsWith('64') ? (['f64', 'i64'] as const) : (['f32', 'i32'] as const);
    if (isFloat(scalar))
      expectSame([{ type: scalar, values: FLOATS.filter((value) => !Number.isNaN(value)) }], integer, scalar === 'f64' ? lanes : 1, (x) =>
        bitcast(x as Expr, integer),
      );
    else
      expectSame(
        [{ type: scalar, values: I32.map((value) => (scalar.endsWith('64') ? BigInt(Math.abs(value)) : Math.abs(value))) }],
        float,
        lanes,
        (x) => bitcast(x as Expr, float),
      );
  });
});

describe('vectors', () => {
  it.each(SCALARS)('of %s are built from lanes and taken apart', (scalar) => {
    const lanes = vectorLanes(scalar);
    const given: Given = { type: scalar, values: SAMPLES[scalar] };
    for (let lane = 0; lane < lanes; lane++) expectSame([given], scalar, lanes, (x) => splat(extract(x as Expr, lane), lanes));
    expectSame([given], scalar, lanes, (x) => binary('add', x as Expr, laneNumbers(scalar, lanes)));
    expectSame([given], scalar, lanes, (x) => binary('add', x as Expr, constant(3, register(scalar, lanes))));
  });

  it.each(SCALARS)('of %s are reduced to one lane, upper half onto lower half', (scalar) => {
    const lanes = vectorLanes(scalar);
    const given: Given = { type: scalar, values: SAMPLES[scalar].slice(0, 12) };
    for (const op of ['add', 'mul', 'min', 'max'] satisfies LaneReduction[])
      expectSame([given], scalar, lanes, (x) => splat(reduceLanes(op, x as Expr), lanes));
  });

  it.each([4, 2])('of %i bool are masks in registers and bytes in memory', (lanes) => {
    const scalar = lanes === 4 ? 'i32' : 'i64';
    const a: Given = { type: 'bool', values: [0, 1, 1, 0, 1, 0, 0, 1] };
    const b: Given = { type: 'bool', values: [0, 0, 1, 1, 1, 1, 0, 0] };
    for (const op of ['and', 'or', 'xor'] satisfies BinaryOp[])
      expectSame([a, b], 'bool', lanes, (x, y) => binary(op, x as Expr, y as Expr));
    for (const op of ['eq', 'ne'] satisfies CompareOp[]) expectSame([a, b], 'bool', lanes, (x, y) => compare(op, x as Expr, y as Expr));
    expectSame([a], 'bool', lanes, (x) => unary('not', x as Expr));
    expectSame([a], 'bool', lanes, (x) => splat(extract(x as Expr, lanes - 1), lanes));
    expectSame([a], scalar, lanes, (x) => select(x as Expr, constant(5, register(scalar, lanes)), laneNumbers(scalar, lanes)));
    expectSame([a], 'bool', lanes, () => constant(1, register('bool', lanes)));
  });

  it('of sizes that WebAssembly does not have are refused', () => {
    const given: Given = { type: 'f32', values: FLOATS.slice(0, 8) };
    const module = elementwise([given], 'f32', 8, (x) => x as Expr);
    for (const target of TARGETS) expect(() => runWasm(module, [memoryOf(given)], target)).toThrow('no vector f32x8');
  });
});

describe('bool scalars', () => {
  it('are combined, negated and compared', () => {
    const a: Given = { type: 'bool', values: [0, 1, 1, 0] };
    const b: Given = { type: 'bool', values: [0, 0, 1, 1] };
    for (const op of ['and', 'or', 'xor'] satisfies BinaryOp[]) expectSame([a, b], 'bool', 1, (x, y) => binary(op, x as Expr, y as Expr));
    expectSame([a, b], 'bool', 1, (x, y) => unary('not', compare('eq', x as Expr, y as Expr)));
    expectSame([a, b], 'i64', 1, (x) => convert(x as Expr, 'i64'));
  });
});

describe('narrow types', () => {
  const bytes = Array.from({ length: 256 }, (_, value) => value);
  const words = Array.from({ length: 65536 }, (_, value) => value);
  const integers: Given = { type: 'i32', values: [...I32, 300, -300, 70000, -70000] };

  it.each([
    ['i8', bytes],
    ['u8', bytes],
    ['i16', words],
    ['u16', words],
  ] as const)('%s are widened by loads, wrapped by stores and by narrow', (type, values) => {
    const { scalar } = registerFor(type);
    for (const lanes of [1, 4]) {
      expectSame([{ type, values }], scalar as MemoryType, lanes, (x) => x as Expr);
      expectSame([integers], type, lanes, (x) => convert(x as Expr, scalar));
      expectSame([integers], scalar as MemoryType, lanes, (x) => narrow(convert(x as Expr, scalar), type));
    }
  });

  it.each(['f16', 'bf16'] as const)('all 65,536 values of %s are widened exactly and stored back', (type) => {
    for (const lanes of [1, 4]) {
      const numbers = words.filter((bits) => !isHalfNaN(type, bits));
      expectSame([{ type, values: words }], 'f32', lanes, (x) => x as Expr);
      expectSame([{ type, values: numbers }], type, lanes, (x) => x as Expr);
    }
  });

  it.each(['f16', 'bf16'] as const)('f32 is rounded to the nearest %s, ties to even', (type) => {
    // Every value of the type, its neighbours in f32, and the points halfway to the next: all that rounding can get wrong.
    const values = words.filter((_, bits) => bits % 7 === 0).flatMap((bits) => around(type, bits));
    const given: Given = { type: 'f32', values: [...values, NaN, Infinity, -Infinity, 65519, 65520, 3e38] };
    for (const lanes of [1, 4]) {
      expectSame([given], type, lanes, (x) => x as Expr);
      expectSame([given], 'f32', lanes, (x) => narrow(x as Expr, type));
    }
  });
});

function isHalfNaN(type: 'f16' | 'bf16', bits: number): boolean {
  return type === 'f16' ? (bits & 0x7fff) > 0x7c00 : (bits & 0x7fff) > 0x7f80;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

function around(type: 'f16' | 'bf16', bits: number): number[] {
  const shift = type === 'f16' ? 13 : 16;
  const middle = type === 'f16' ? (((bits & 0x7fff) << 13) + 0x38000000 + ((bits & 0x8000) << 16)) >>> 0 : (bits << 16) >>> 0;
  return [0, 1, -1, 1 << (shift - 1), (1 << (shift - 1)) + 1, (1 << (shift - 1)) - 1].map((delta) => {
    floatBits[0] = middle + delta;
    return Number.isNaN(float[0]) ? 0 : (float[0] as number);
  });
}

describe('constants', () => {
  it.each([
    ['f32', NaN],
    ['f32', -0],
    ['f64', 1e300],
    ['i64', 2n ** 62n],
    ['u64', 2n ** 64n - 1n],
    ['u32', 4294967295],
    ['i32', -5],
  ] as const)('of type %s keep the value %s', (scalar, value) => {
    const lanes = vectorLanes(scalar);
    const given: Given = { type: scalar, values: [0, 0, 0, 0].map((zero) => (typeof value === 'bigint' ? BigInt(zero) : zero)) };
    for (const count of [1, lanes]) expectSame([given], scalar, count, () => constant(value, register(scalar as RegisterScalar, count)));
  });
});
