import { describe, expect, it } from 'vitest';
import { INTERPOLATIONS, type Interpolation, resizeTaps } from '../../../compiler/keras/ops/image/resize-taps.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { numbersOf } from './numbers.ts';

describe('resizing', () => {
  it.each(INTERPOLATIONS.filter((name) => name !== 'nearest'))('gives every output of %s weights that sum to 1', (interpolation) => {
    for (const [size, outputs] of [
      [5, 9],
      [9, 5],
      [4, 8],
      [7, 2],
    ] as const) {
      for (const antialias of [false, true]) {
        for (const taps of resizeTaps(size, outputs, interpolation as Exclude<Interpolation, 'nearest'>, antialias)) {
          expect(taps.reduce((sum, tap) => sum + tap.weight, 0)).toBeCloseTo(1, 12);
          expect(taps.every(({ index }) => index >= 0 && index < size)).toBe(true);
        }
      }
    }
  });

  it('repeats pixels where `nearest` grows by a whole factor', () => {
    const image = ops.reshape([1, 2, 3, 4], [2, 2, 1]);
    expect(numbersOf(ops.image.resize(image, [4, 4], { interpolation: 'nearest' }))).toEqual([
      1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4,
    ]);
  });

  it('rounds integers and keeps their dtype', () => {
    const image = ops.cast(ops.reshape([0, 255], [1, 2, 1]), 'uint8');
    const resized = ops.image.resize(image, [1, 4]);
    expect(resized.dtype).toBe('uint8');
    expect(numbersOf(resized)).toEqual([0, 64, 191, 255]);
  });

  it('crops the middle before it changes the aspect ratio', () => {
    const image = ops.reshape([1, 2, 3, 4], [1, 4, 1]);
    expect(numbersOf(ops.image.resize(image, [1, 1], { cropToAspectRatio: true }))).toEqual([2]);
  });

  it('says what is wrong with its arguments', () => {
    expect(() => ops.image.resize(ops.zeros([2, 2]), [1, 1])).toThrow(/Invalid images rank/);
    expect(() => ops.image.resize(ops.zeros([2, 2, 1]), [1])).toThrow(/must be a tuple of two elements/);
    expect(() => ops.image.resize(ops.zeros([2, 2, 1]), [1, 1], { cropToAspectRatio: true, padToAspectRatio: true })).toThrow(
      /Only one of/,
    );
  });
});
