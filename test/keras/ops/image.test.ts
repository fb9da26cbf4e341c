import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { float32Error, numbersOf, sample, worstDifference } from './numbers.ts';

describe('image filters', () => {
  it('leave a flat image flat where a blur sees no border', () => {
    const blurred = ops.image.gaussianBlur(ops.ones([5, 5, 2]), { kernelSize: [3, 3], sigma: [1, 1] });
    const inner = ops.getItem(blurred, [
      { start: 1, stop: 4 },
      { start: 1, stop: 4 },
    ]);
    expect(worstDifference(numbersOf(inner), new Array(18).fill(1))).toBeLessThan(float32Error(9));
  });

  it('find the slope of a ramp along its own axis', () => {
    const ramp = ops.broadcastTo(ops.reshape(ops.cast(ops.arange(0, 6), 'float32'), [1, 6, 1, 1]), [1, 6, 5, 1]);
    const edges = ops.getItem(ops.image.sobelEdges(ramp), [0, 2, 2, 0]);
    expect(numbersOf(edges)).toEqual([8, 0]);
  });
});

describe('mapCoordinates', () => {
  const x = ops.convertToTensor([10, 20, 30]);

  it('gives the elements at their own places and means between them', () => {
    expect(numbersOf(ops.image.mapCoordinates(x, [[0, 1, 2]], 0))).toEqual([10, 20, 30]);
    expect(numbersOf(ops.image.mapCoordinates(ops.cast(x, 'float32'), [[0.5, 1.25]], 1))).toEqual([15, 22.5]);
  });

  it.each([
    ['constant', [0, 0, 0]],
    ['nearest', [10, 30, 30]],
    ['wrap', [30, 10, 20]],
    ['mirror', [20, 20, 10]],
    ['reflect', [10, 30, 20]],
  ] as const)('continues beyond the edges in mode %s', (fillMode, expected) => {
    expect(numbersOf(ops.image.mapCoordinates(x, [[-1, 3, 4]], 0, { fillMode }))).toEqual(expected);
  });
});

describe('scaleAndTranslate', () => {
  it.each(['bilinear', 'bicubic', 'lanczos3'] as const)('is an antialiased resize by %s where nothing is shifted', (method) => {
    const image = sample([6, 8, 2]);
    const scaled = ops.image.scaleAndTranslate(image, [3, 4, 2], [0.5, 0.5], [0, 0], [0, 1], method);
    const resized = ops.image.resize(image, [3, 4], { interpolation: method, antialias: true });
    expect(worstDifference(numbersOf(scaled), numbersOf(resized))).toBeLessThan(float32Error(64));
  });

  it('moves an image by whole pixels', () => {
    const image = ops.reshape(ops.convertToTensor([1.5, 2.5, 3.5]), [1, 3, 1]);
    expect(numbersOf(ops.image.scaleAndTranslate(image, [1, 3, 1], [1], [1], [1], 'linear'))).toEqual([0, 1.5, 2.5]);
  });
});
