import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DType } from '../../compiler/ir/dtype.ts';
import { BINARY, type BinaryName, UNARY, type UnaryName } from '../../compiler/ir/primitives/params.ts';
import { array, elements, evaluate, f32, i32 } from './evaluate-primitive.ts';

interface Golden {
  readonly unary: Record<string, { readonly x: string[]; readonly y: string[] }>;
  readonly integers: Record<string, Record<string, (string | null)[]>>;
  readonly floats: Record<string, string[]>;
}
const GOLDEN = JSON.parse(readFileSync(new URL('golden/elementwise.json', import.meta.url), 'utf8')) as Golden;

const WORDS: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };
const real = (text: string): number => WORDS[text] ?? Number(text);
const f64 = (list: readonly number[]) => array('float64', [list.length], list);

/**
 * Errors in units of 2^-52. The engine's library promises 1 or 2; a quotient of two, a rounded argument or a reflection
 * adds some; next to a zero of lgamma and digamma the error is absolute, as is that of sin of a large argument.
 */
const TOLERANCE = 8;
const ABSOLUTE = { lgamma: 4e-15, digamma: 4e-15, sin: 1e-15, cos: 1e-15, tan: 1e-15 } as Readonly<Record<string, number>>;

describe('elementwise primitives', () => {
  it.each(Object.keys(GOLDEN.unary))('%s agrees with 50-digit arithmetic to 8 ulp', (name) => {
    const { x, y } = GOLDEN.unary[name] as { x: string[]; y: string[] };
    const found = elements(evaluate(name as UnaryName, {}, f64(x.map(real)))) as number[];
    y.map(real).forEach((expected, index) => {
      if (!Number.isFinite(expected)) return expect(found[index], `${name}(${x[index]})`).toBe(expected);
      const error = Math.abs((found[index] as number) - expected);
      const bound = Math.max(Math.abs(expected) * TOLERANCE * 2 ** -52, ABSOLUTE[name] ?? 0, 5e-324);
      expect(error, `${name}(${x[index]}) = ${found[index]}, expected ${expected}`).toBeLessThanOrEqual(bound);
    });
  });

  it.each(Object.keys(GOLDEN.integers))('%s arithmetic wraps, truncates and shifts as Python integers reduced to the width', (dtype) => {
    const { x, y, ...operations } = GOLDEN.integers[dtype] as Record<string, string[]>;
    const parse = (text: string): number | bigint => (dtype.endsWith('64') ? BigInt(text) : Number(text));
    const a = array(dtype as DType, [x?.length ?? 0], (x as string[]).map(parse));
    const b = array(dtype as DType, [x?.length ?? 0], (y as string[]).map(parse));
    for (const [name, expected] of Object.entries(operations)) {
      // Powers with exponents of many digits have no golden value.
      const known = expected.map((value) => value !== null);
      const found = elements(evaluate(name as BinaryName, {}, a, b)).map(String);
      expect(
        found.filter((_, index) => known[index]),
        name,
      ).toEqual(expected.filter((_, index) => known[index]));
    }
  });

  it('treats zeros, infinities and NaN in float operations as NumPy does', () => {
    const { x, y, ...operations } = GOLDEN.floats as Record<string, string[]>;
    const a = (x as string[]).map(real);
    const b = (y as string[]).map(real);
    for (const [name, expected] of Object.entries(operations)) {
      const found = elements(evaluate(name as BinaryName, {}, f64(a), f64(b))) as number[];
      found.forEach((value, index) => {
        const wanted = real(expected[index] as string);
        // The sign of a zero is compared too, except where max and min may return either.
        const isEqual = Object.is(value, wanted) || (value === wanted && (value !== 0 || name === 'maximum' || name === 'minimum'));
        const isClose = Math.abs(value - wanted) <= Math.abs(wanted) * 2 ** -52;
        expect(isEqual || isClose, `${name}(${a[index]}, ${b[index]}) = ${value}, expected ${wanted}`).toBe(true);
      });
    }
  });

  it('covers every elementwise primitive here or below', () => {
    const below = ['abs', 'negative', 'sign', 'floor', 'ceil', 'round', 'not'];
    expect([...UNARY].filter((name) => !(name in GOLDEN.unary)).sort()).toEqual(below.sort());
    expect([...BINARY].filter((name) => !(name in GOLDEN.floats) && !(name in (GOLDEN.integers['int32'] ?? {})))).toEqual([]);
  });

  it('rounds halves to even and keeps the sign of zero', () => {
    const x = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 1e300, -0];
    expect(elements(evaluate('round', {}, f64(x)))).toEqual([0, 2, 2, -0, -2, 0, 1e300, -0]);
    expect(elements(evaluate('floor', {}, f64([1.5, -1.5, -0])))).toEqual([1, -2, -0]);
    expect(elements(evaluate('ceil', {}, f64([1.5, -1.5, -0.5])))).toEqual([2, -1, -0]);
    expect(elements(evaluate('sign', {}, f64([-3, -0, 0, 2, Number.NaN])))).toEqual([-1, -0, 0, 1, Number.NaN]);
  });

  it('negates and takes absolute values of integers modulo the width', () => {
    expect(elements(evaluate('abs', {}, array('int8', [2], [-128, -5])))).toEqual([-128, 5]);
    expect(elements(evaluate('negative', {}, array('uint8', [2], [1, 0])))).toEqual([255, 0]);
    expect(elements(evaluate('abs', {}, array('int64', [1], [-(2n ** 62n)])))).toEqual([2n ** 62n]);
    expect(elements(evaluate('sign', {}, array('int64', [3], [-9n, 0n, 9n])))).toEqual([-1n, 0n, 1n]);
  });

  it('negates bool logically and integers bit by bit', () => {
    expect(elements(evaluate('not', {}, array('bool', [2], [0, 1])))).toEqual([1, 0]);
    expect(elements(evaluate('not', {}, array('uint8', [1], [5])))).toEqual([250]);
    expect(elements(evaluate('not', {}, array('int64', [1], [5n])))).toEqual([-6n]);
  });

  it('rounds once to the result type', () => {
    // 1 + 2^-11 lies between two float16; the tie goes to the even one, and a little more goes up.
    expect(elements(evaluate('add', {}, array('float16', [2], [1, 1]), array('float16', [2], [2 ** -11, 2 ** -10 * 0.75])))).toEqual([
      1,
      1 + 2 ** -10,
    ]);
    expect(elements(evaluate('multiply', {}, f32([1], [1 / 3]), f32([1], [3])))).toEqual([Math.fround(Math.fround(1 / 3) * 3)]);
  });

  it('steps to the next float of each type', () => {
    const next = (dtype: DType, x: number, y: number) =>
      elements(evaluate('next_after', {}, array(dtype, [], [x]), array(dtype, [], [y])))[0];
    expect(next('float32', 1, 2)).toBe(1 + 2 ** -23);
    expect(next('float32', 0, -1)).toBe(-(2 ** -149));
    expect(next('float32', -1, 0)).toBe(-1 + 2 ** -24);
    expect(next('float16', 1, 0)).toBe(1 - 2 ** -11);
    expect(next('bfloat16', 1, 2)).toBe(1 + 2 ** -7);
  });
});

describe('compare, select and is_finite', () => {
  it('finds every direction but not_equal false with NaN', () => {
    const x = f32([4], [1, 2, 2, Number.NaN]);
    const y = f32([4], [2, 2, 1, Number.NaN]);
    const found = (['equal', 'not_equal', 'less', 'less_equal', 'greater', 'greater_equal'] as const).map((direction) =>
      elements(evaluate('compare', { direction }, x, y)),
    );
    expect(found).toEqual([
      [0, 1, 0, 0],
      [1, 0, 1, 1],
      [1, 0, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 1, 1, 0],
    ]);
  });

  it('compares 64-bit integers exactly and float16 by value', () => {
    const big = array('int64', [1], [9007199254740993n]);
    expect(elements(evaluate('compare', { direction: 'greater' }, big, array('int64', [1], [9007199254740992n])))).toEqual([1]);
    expect(elements(evaluate('compare', { direction: 'less' }, array('float16', [1], [-2]), array('float16', [1], [-1])))).toEqual([1]);
  });

  it('selects element by element', () => {
    expect(elements(evaluate('select', {}, array('bool', [3], [1, 0, 1]), i32([3], [1, 2, 3]), i32([3], [7, 8, 9])))).toEqual([1, 8, 3]);
  });

  it('finds infinities and NaN not finite', () => {
    const x = array('bfloat16', [4], [1, Number.POSITIVE_INFINITY, Number.NaN, -1e38]);
    expect(elements(evaluate('is_finite', {}, x))).toEqual([1, 0, 0, 1]);
  });
});

describe('cast and bitcast', () => {
  const cast = (from: DType, to: DType, values: readonly (number | bigint)[]) =>
    elements(evaluate('cast', { dtype: to }, array(from, [values.length], values)));

  it('truncates floats and saturates at the bounds of the integer type', () => {
    expect(cast('float32', 'int32', [1.9, -1.9, 3e9, -3e9, Number.NaN])).toEqual([1, -1, 2147483647, -2147483648, 0]);
    expect(cast('float32', 'uint8', [-1, 255.5, 300])).toEqual([0, 255, 255]);
    expect(cast('float64', 'int64', [1e30, -1.5, Number.NaN, Number.NEGATIVE_INFINITY])).toEqual([2n ** 63n - 1n, -1n, 0n, -(2n ** 63n)]);
    expect(cast('float64', 'uint64', [-5, 1e30])).toEqual([0n, 2n ** 64n - 1n]);
  });

  it('wraps integers', () => {
    expect(cast('int32', 'uint8', [-1, 256])).toEqual([255, 0]);
    expect(cast('int32', 'uint64', [-1])).toEqual([2n ** 64n - 1n]);
    expect(cast('int64', 'int32', [2n ** 32n + 5n, -1n])).toEqual([5, -1]);
    expect(cast('uint64', 'int64', [2n ** 64n - 1n])).toEqual([-1n]);
    expect(cast('int64', 'uint32', [-1n])).toEqual([4294967295]);
  });

  it('makes bool of anything but zero, and numbers of bool', () => {
    expect(cast('float32', 'bool', [0, -0, 0.5, Number.NaN])).toEqual([0, 0, 1, 1]);
    expect(cast('int64', 'bool', [0n, -3n])).toEqual([0, 1]);
    expect(cast('bool', 'int64', [0, 1])).toEqual([0n, 1n]);
    expect(cast('bool', 'float16', [0, 1])).toEqual([0, 1]);
  });

  it('rounds to 16-bit floats once', () => {
    expect(cast('float64', 'bfloat16', [1 + 2 ** -8, 1 + 2 ** -8 + 2 ** -40])).toEqual([1, 1 + 2 ** -7]);
    expect(cast('int64', 'float32', [16777217n])).toEqual([16777216]);
  });

  it('reads the same bits as another type', () => {
    expect(elements(evaluate('bitcast', { dtype: 'int32' }, f32([1], [1])))).toEqual([0x3f800000]);
    expect(elements(evaluate('bitcast', { dtype: 'float16' }, array('uint16', [1], [0x3c00])))).toEqual([1]);
  });
});

describe('type rules of elementwise primitives', () => {
  it('refuse dtypes that the function is not defined on, and say which it takes', () => {
    expect(() => evaluate('exp', {}, i32([1], [1]))).toThrow('exp: expected floating-point operands (cast them first). Received: i32[1]');
    expect(() => evaluate('and', {}, f32([1], [1]), f32([1], [1]))).toThrow('and: expected integer or bool operands');
    expect(() => evaluate('add', {}, array('bool', [1], [1]), array('bool', [1], [1]))).toThrow(
      'add: expected floating-point or integer operands',
    );
  });

  it('refuse operands of different types or number', () => {
    expect(() => evaluate('add', {}, f32([1], [1]), f32([], [1]))).toThrow(/equal dtype and shape .* f32\[1\], f32\[\]/);
    expect(() => evaluate('add', {}, f32([1], [1]))).toThrow('add: expected 2 operands, received 1.');
    expect(() => evaluate('select', {}, i32([1], [1]), f32([1], [1]), f32([1], [1]))).toThrow('bool condition');
    expect(() => evaluate('bitcast', { dtype: 'int64' }, f32([1], [1]))).toThrow('operand of the size of int64');
    expect(() => evaluate('is_finite', {}, i32([1], [1]))).toThrow('floating-point operand');
  });
});
