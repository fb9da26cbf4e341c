import { describe, expect, it } from 'vitest';
import { ops, quantizers } from '../../../compiler/index.ts';
import { numbersOf } from '../ops/numbers.ts';

describe('quantizers', () => {
  it('pack two numbers of 4 bits in a byte, along any axis, and take them out again', () => {
    const values = ops.convertToTensor(
      [
        [-8, 7, 3],
        [0, -1, 5],
      ],
      { dtype: 'int8' },
    );
    for (const axis of [0, 1]) {
      const packed = quantizers.packInt4(values, axis);
      expect(packed.shape).toEqual(axis === 0 ? [1, 3] : [2, 2]);
      expect(numbersOf(quantizers.unpackInt4(packed, values.shape[axis] as number, axis))).toEqual([-8, 7, 3, 0, -1, 5]);
    }
    // The first number in the lower half: 8 and 7 << 4.
    expect(numbersOf(quantizers.packInt4(values, 1)).slice(0, 1)).toEqual([0x78]);
  });

  it('bring the largest value to the end of the range', () => {
    const [whole, scale] = quantizers.absMaxQuantize(
      [
        [1, -2],
        [4, 0.5],
      ],
      { axis: 1 },
    );
    expect(numbersOf(whole)).toEqual([64, -127, 127, 16]);
    expect(numbersOf(scale).map((value) => Math.round(value * 4) / 4)).toEqual([63.5, 31.75]);
  });

  it('keep zero exact in groups of rows', () => {
    const { values, scale, zero } = quantizers.absMaxQuantizeGroupedWithZeroPoint([[0], [3], [0], [-6], [9]], { blockSize: 2 });
    expect([scale.shape, zero.shape, values.shape]).toEqual([
      [3, 1],
      [3, 1],
      [5, 1],
    ]);
    const [first] = numbersOf(values);
    expect(first).toBe(numbersOf(zero)[0]);
  });

  // The neighbours of 1 in e4m3 are 0.9375 and 1.125; the largest number is 448; below 2^-6 the steps are 2^-9.
  it('round to 8-bit floats, halves to even', () => {
    const x = [1.06, 1.0625, 1.07, -1.1875, 500, 0.0029, 2 ** -10, 0];
    expect(numbersOf(quantizers.quantizeAndDequantize(x, 1, 'float8_e4m3fn', 'float32'))).toEqual([1, 1, 1.125, -1.25, 448, 2 ** -9, 0, 0]);
  });
});
