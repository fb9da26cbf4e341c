// Errors of the elementwise functions in units of the last place, against double references; and their special values.
import { describe, expect, it } from 'vitest';
import { isVectorOperation } from '../../../codegen/math/elementwise.ts';
import { evaluateCast, evaluateElementwise } from '../../../codegen/stage/evaluate-elementwise.ts';
import type { ElementwiseName } from '../../../codegen/stage/stage.ts';
import { applyBitcast, applyCast, applyElementwise, applyWithConstant, ulpDistance } from './apply.ts';

/** Points over all magnitudes, both signs, special values; the count is a multiple of 16. */
function samples(low: number, high: number, count: number, isDouble = false): number[] {
  const round = isDouble ? (x: number) => x : Math.fround;
  const linear = Array.from({ length: count / 2 }, (_, k) => low + ((high - low) * (k + 0.37)) / (count / 2));
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const geometric = Array.from({ length: count / 2 }, (_, k) => largest * 2 ** ((-40 * k) / (count / 2)) * (k % 2 ? 1 : -1)).map((x) =>
    Math.min(high, Math.max(low, x)),
  );
  return [...linear, ...geometric].map(round);
}

const SPECIAL = [
  0,
  -0,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1,
  -1,
  2,
  0.5,
  -0.5,
  1e-40,
  -1e-40,
  3e38,
  -3e38,
  1e-20,
  100,
];

function largestError(
  op: ElementwiseName,
  type: 'f32' | 'f64',
  inputs: readonly number[],
  lanes: number,
  fused = false,
): { ulp: number; at: number } {
  const found = applyElementwise(op, type, [inputs], lanes, type, fused) as number[];
  const [bits, smallest] = type === 'f64' ? [52, -1022] : [23, -126];
  let worst = { ulp: 0, at: Number.NaN };
  found.forEach((value, position) => {
    // The oracle in float64, not yet rounded to float32.
    const exact = evaluateElementwise(op, 'f64', 'f64', [inputs[position] as number]) as number;
    const rounded = type === 'f32' && !Number.isFinite(Math.fround(exact)) ? Math.fround(exact) : exact;
    const ulp = ulpDistance(value, rounded, bits, smallest);
    if (ulp > worst.ulp) worst = { ulp, at: inputs[position] as number };
  });
  return worst;
}

/**
 * Bounds in ulp: float32, float64; domain. The float64 references of erf, erf_inv, lgamma and digamma are themselves only good to
 * 1e-15 relative, or absolute near their roots, and bound what can be seen.
 */
const UNARY: readonly (readonly [ElementwiseName, number, number, number, number])[] = [
  ['exp', 1, 2, -104, 89],
  ['expm1', 2, 3, -30, 88],
  ['log', 2, 2, 0, 1e6],
  ['log1p', 2, 3, -1, 1e3],
  ['sigmoid', 3, 4, -85, 40],
  ['tanh', 3, 4, -12, 12],
  ['sinh', 3, 4, -88, 88],
  ['cosh', 3, 4, -88, 88],
  ['asinh', 4, 5, -1e5, 1e5],
  ['acosh', 4, 5, 1, 1e5],
  ['atanh', 4, 5, -1, 1],
  ['erf', 2, 8, -5, 5],
  ['erf_inv', 1, 60, -1, 1],
  ['lgamma', 1, 256, 0, 200],
  ['digamma', 1, 40, 2, 200],
  ['sin', 2, 2, -1e4, 1e4],
  ['cos', 2, 2, -1e4, 1e4],
  ['tan', 4, 4, -1e4, 1e4],
  ['asin', 3, 4, -1, 1],
  ['acos', 3, 4, -1, 1],
  ['atan', 2, 3, -50, 50],
  ['cbrt', 2, 3, -1e9, 1e9],
  ['sqrt', 0.5, 0.5, 0, 1e9],
  ['rsqrt', 1.5, 1.5, 1e-6, 1e9],
  ['abs', 0, 0, -9, 9],
  ['negative', 0, 0, -9, 9],
  ['sign', 0, 0, -9, 9],
  ['floor', 0, 0, -9, 9],
  ['ceil', 0, 0, -9, 9],
  ['round', 0, 0, -9, 9],
];

describe('elementwise functions', () => {
  for (const [op, bound, doubleBound, low, high] of UNARY) {
    it(`${op} is within ${bound} ulp in float32`, () => {
      const inputs = samples(low, high, 4096);
      const vectors = isVectorOperation(op, 'f32') ? 16 : 1;
      expect(largestError(op, 'f32', inputs, vectors).ulp).toBeLessThanOrEqual(bound);
      expect(largestError(op, 'f32', inputs.slice(0, 512), 1).ulp).toBeLessThanOrEqual(bound);
      expect(largestError(op, 'f32', inputs, vectors, true).ulp).toBeLessThanOrEqual(bound);
    });

    it(`${op} is within ${doubleBound} ulp in float64`, () => {
      expect(largestError(op, 'f64', samples(low, high, 2048, true), 1).ulp).toBeLessThanOrEqual(doubleBound);
    });

    it(`${op} gives the limits, NaN and signed zeros of its reference`, () => {
      for (const type of ['f32', 'f64'] as const) {
        const inputs = type === 'f32' ? SPECIAL.map(Math.fround) : SPECIAL;
        for (const lanes of isVectorOperation(op, type) ? [1, 4] : [1]) {
          const found = applyElementwise(op, type, [inputs], lanes) as number[];
          const isLimit = (x: number): boolean => !Number.isFinite(x) || x === 0;
          inputs.forEach((x, position) => {
            const exact = evaluateElementwise(op, type, type, [x]) as number;
            if (!isLimit(exact) || (op === 'exp' && exact === 0)) return;
            expect(
              Object.is(found[position], exact) || (exact === 0 && Math.abs(found[position] as number) < 1e-37 && x < -1),
              `${op}(${x}) of ${type}: ${found[position]}, expected ${exact}`,
            ).toBe(true);
          });
        }
      }
    });
  }

  it('sin, cos and tan are right for huge arguments', () => {
    const doubles = Array.from({ length: 256 }, (_, k) => (k % 2 ? 1.7 : -1.3) * 2 ** (4 * k - 20 > 1000 ? 900 : 4 * k - 20));
    const floats = Array.from({ length: 256 }, (_, k) => Math.fround((k % 2 ? 1.7 : -1.3) * 2 ** (k / 2 - 1)));
    for (const op of ['sin', 'cos', 'tan'] as const) {
      expect(largestError(op, 'f64', doubles, 1).ulp).toBeLessThanOrEqual(4);
      expect(largestError(op, 'f32', floats, 16).ulp).toBeLessThanOrEqual(4);
      expect(largestError(op, 'f32', floats, 1).ulp).toBeLessThanOrEqual(1);
    }
  });
});

describe('binary functions', () => {
  const grid = [0, -0, 1, -1, 2, -2, 3, 0.5, -0.5, 2.5, 1e-3, -7.25, 1e10, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const lefts = grid.flatMap((x) => grid.map(() => x)).map(Math.fround);
  const rights = grid.flatMap(() => grid).map(Math.fround);

  for (const [op, bound] of [
    ['add', 0.5],
    ['subtract', 0.5],
    ['multiply', 0.5],
    ['divide', 0.5],
    ['remainder', 0],
    ['power', 1],
    ['atan2', 3],
    ['maximum', 0],
    ['minimum', 0],
    ['next_after', 0],
  ] as const) {
    it(`${op} is within ${bound} ulp in float32, special values included`, () => {
      const lanes = isVectorOperation(op, 'f32') ? 16 : 1;
      const found = applyElementwise(op, 'f32', [lefts, rights], lanes) as number[];
      found.forEach((value, position) => {
        const [x, y] = [lefts[position] as number, rights[position] as number];
        const type = op === 'next_after' ? 'f32' : 'f64';
        const exact = evaluateElementwise(op, type, type, [x, y]) as number;
        const rounded = Number.isFinite(Math.fround(exact)) ? exact : Math.fround(exact);
        expect(ulpDistance(value, rounded, 23, -126), `${op}(${x}, ${y}): ${value}, expected ${exact}`).toBeLessThanOrEqual(bound);
      });
    });
  }

  it('remainder is exact for quotients of any size', () => {
    const xs = Array.from({ length: 64 }, (_, k) => 1.2345 * 2 ** (8 * k - 20) * (k % 2 ? 1 : -1));
    const ys = Array.from({ length: 64 }, (_, k) => 0.777 * 2 ** (k % 5));
    expect(applyElementwise('remainder', 'f64', [xs, ys])).toEqual(xs.map((x, k) => x % (ys[k] as number)));
  });

  it('next_after steps by the spacing of narrow floats', () => {
    const xs = [1, 1, 2 ** -14, 2 ** -14, 0, 65504, 3 * 2 ** -24, -1, Number.POSITIVE_INFINITY];
    const ys = [2, 0, 1, 0, 1, Number.POSITIVE_INFINITY, 0, 0, 0];
    for (const type of ['f16', 'bf16'] as const) {
      const rounded = type === 'bf16' ? xs.map((x) => (x === 65504 ? 65280 : x)) : xs;
      expect(applyElementwise('next_after', type, [rounded, ys])).toEqual(
        rounded.map((x, k) => evaluateElementwise('next_after', type, type, [x, ys[k] as number])),
      );
    }
  });

  it('relu is one max with the data first', () => {
    expect(applyWithConstant('maximum', 'f32', [Number.NaN, -1, 2], 0)).toEqual([Number.NaN, 0, 2]);
  });

  it('power with small constant exponents agrees with C', () => {
    const xs = [Number.NEGATIVE_INFINITY, -3, -0, 0, 0.25, 4, Number.POSITIVE_INFINITY, Number.NaN];
    for (const exponent of [0, 0.5, -0.5, 1, 2, 3, 4, -1, -2]) {
      const found = applyWithConstant('power', 'f64', xs, exponent) as number[];
      xs.forEach((x, k) => {
        const exact = evaluateElementwise('power', 'f64', 'f64', [x, exponent]) as number;
        expect(ulpDistance(found[k] as number, exact, 52, -1022), `${x} ** ${exponent}`).toBeLessThanOrEqual(2);
      });
    }
  });
});

describe('integer and bool operations', () => {
  const ops = [
    'add',
    'subtract',
    'multiply',
    'divide',
    'remainder',
    'power',
    'maximum',
    'minimum',
    'and',
    'or',
    'xor',
    'shift_left',
    'shift_right',
    'shift_right_logical',
  ] as const;
  const limits = {
    i8: [-128, 127],
    u8: [0, 255],
    i16: [-32768, 32767],
    u16: [0, 65535],
    i32: [-(2 ** 31), 2 ** 31 - 1],
    u32: [0, 2 ** 32 - 1],
    i64: [-(2n ** 63n), 2n ** 63n - 1n],
    u64: [0n, 2n ** 64n - 1n],
  } as const;

  for (const type of ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64'] as const) {
    it(`${type} wraps, divides by zero to 0 and shifts by any amount as the reference does`, () => {
      const small = [0, 1, 2, 3, 7, 8, 31, 40].map((value) => (type.endsWith('64') ? BigInt(value) : value));
      const negative = type.startsWith('i') ? small.slice(1, 4).map((value) => -value) : [];
      const values = [...small, ...negative, ...limits[type]];
      const lefts = values.flatMap((x) => values.map(() => x));
      const rights = values.flatMap(() => values);
      for (const op of ops) {
        const expected = lefts.map((x, k) => evaluateElementwise(op, type, type, [x, rights[k] as number]));
        expect(applyElementwise(op, type, [lefts, rights]), op).toEqual(expected);
      }
      for (const op of ['abs', 'negative', 'sign', 'not', 'round'] as const) {
        expect(applyElementwise(op, type, [values]), op).toEqual(values.map((x) => evaluateElementwise(op, type, type, [x])));
      }
    });
  }

  it('bool operations are those of 0 and 1', () => {
    const [lefts, rights] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    for (const op of [
      'and',
      'or',
      'xor',
      'add',
      'multiply',
      'maximum',
      'minimum',
      'equal',
      'not_equal',
      'less',
      'less_equal',
      'greater',
      'greater_equal',
    ] as const) {
      const expected = lefts.map((x, k) => evaluateElementwise(op, 'bool', 'bool', [x, rights[k] as number]));
      expect(applyElementwise(op, 'bool', [lefts, rights]), op).toEqual(expected);
    }
  });

  it('bitcasts between types of 8 and 16 bits keep the bits', () => {
    const bits = [0, 1, 0x3ff, 0x400, 0x3c00, 0x7bff, 0x7c00, 0x8000, 0x8001, 0xc000, 0xfbff, 0xfc00];
    for (const half of ['f16', 'bf16'] as const) {
      const floats = applyBitcast('u16', half, bits);
      expect(applyBitcast(half, 'u16', floats)).toEqual(bits);
      expect(
        applyBitcast(
          'i16',
          half,
          bits.map((value) => (value << 16) >> 16),
        ),
      ).toEqual(floats);
    }
    expect(applyBitcast('u16', 'f16', bits).slice(1, 6)).toEqual([2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, 65504]);
    expect(applyBitcast('u8', 'i8', [0, 127, 128, 255])).toEqual([0, 127, -128, -1]);
  });

  it('casts agree with the reference between all types', () => {
    const types = ['bool', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f16', 'bf16', 'f32', 'f64'] as const;
    const values = [0, 1, -1, 2.5, -2.5, 127.9, 128, 300, -300, 65504, 1e6, 3e9, -3e9, 1e19, Number.NaN];
    for (const from of types) {
      const inputs = values.map((value) => evaluateCast('f64', from, value));
      for (const to of types) {
        if (from === to) continue;
        expect(applyCast(from, to, inputs), `${from} to ${to}`).toEqual(inputs.map((value) => evaluateCast(from, to, value)));
      }
    }
  });
});
