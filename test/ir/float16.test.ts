import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloat, encodeFloat, type Float16Type, roundHalfEven } from '../../compiler/ir/float16.ts';

const FORMATS = { float16: { infinity: 0x7c00, largest: 65504 }, bfloat16: { infinity: 0x7f80, largest: 3.3895313892515355e38 } } as const;

describe.each(['float16', 'bfloat16'] as const)('%s', (dtype: Float16Type) => {
  const { infinity, largest } = FORMATS[dtype];

  it('decodes and encodes every number back to its bits', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const x = decodeFloat(dtype, bits);
      if (x === x) expect(encodeFloat(dtype, x)).toBe(bits);
    }
  });

  it('encodes to the nearest value, ties to the even one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: infinity - 2 }), fc.double({ min: 0, max: 1, noNaN: true }), (bits, weight) => {
        const below = decodeFloat(dtype, bits);
        const above = decodeFloat(dtype, bits + 1);
        const x = below + weight * (above - below);
        const middle = (below + above) / 2;
        const expected = x < middle ? bits : x > middle ? bits + 1 : bits + (bits % 2);
        expect(encodeFloat(dtype, x)).toBe(expected);
        expect(encodeFloat(dtype, -x)).toBe(expected + 0x8000);
        expect(encodeFloat(dtype, middle)).toBe(bits + (bits % 2));
      }),
      { numRuns: 500 },
    );
  });

  it('overflows to infinity from half a step above the largest number', () => {
    const step = largest - decodeFloat(dtype, infinity - 2);
    expect(decodeFloat(dtype, infinity - 1)).toBe(largest);
    expect(encodeFloat(dtype, largest + step / 2)).toBe(infinity);
    expect(encodeFloat(dtype, largest + step * 0.499)).toBe(infinity - 1);
    expect(encodeFloat(dtype, Number.NEGATIVE_INFINITY)).toBe(infinity + 0x8000);
    expect(encodeFloat(dtype, 1e308)).toBe(infinity);
  });

  it('keeps NaN and signed zero', () => {
    expect(decodeFloat(dtype, encodeFloat(dtype, Number.NaN))).toBeNaN();
    expect(encodeFloat(dtype, -0)).toBe(0x8000);
    expect(encodeFloat(dtype, 1e-300)).toBe(0);
  });
});

describe('roundHalfEven', () => {
  it('rounds ties to the even integer on both sides of zero', () => {
    expect([0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5].map(roundHalfEven)).toEqual([0, 2, 2, 4, -0, -2, -2]);
  });
});
