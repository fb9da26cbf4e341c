import { describe, expect, it } from 'vitest';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { float32Error, numbersOf, sample, worstDifference } from './numbers.ts';

describe('quantiles', () => {
  it('interpolate between sorted elements', () => {
    expect(numbersOf(ops.median([3, 1, 2]))).toEqual([2]);
    expect(numbersOf(ops.median([4, 1, 2, 3]))).toEqual([2.5]);
    expect(numbersOf(ops.quantile([0, 10, 20], [0, 0.25, 1]))).toEqual([0, 5, 20]);
    expect(numbersOf(ops.percentile([0, 10, 20], 40, { method: 'nearest' }))).toEqual([10]);
  });

  it('are NaN where an element is, unless NaN is left out', () => {
    const x = [1, Number.NaN, 3];
    expect(numbersOf(ops.median(x))).toEqual([Number.NaN]);
    expect(numbersOf(ops.nanmedian(x))).toEqual([2]);
    expect(numbersOf(ops.nanmean(x))).toEqual([2]);
    expect(numbersOf(ops.nanargmax(x))).toEqual([2]);
    expect(numbersOf(ops.nanmax([Number.NaN]))).toEqual([Number.NaN]);
  });
});

describe('rearranging', () => {
  it('undoes depthToSpace by spaceToDepth in both formats', () => {
    const x = sample([2, 4, 6, 8]);
    expect(numbersOf(ops.spaceToDepth(ops.depthToSpace(x, 2), 2))).toEqual(numbersOf(x));
    const first = { dataFormat: 'channels_first' } as const;
    expect(numbersOf(ops.depthToSpace(ops.spaceToDepth(x, 2, first), 2, first))).toEqual(numbersOf(x));
  });

  it('adds each pixel as often as unfold took it', () => {
    const x = ops.ones([1, 2, 5, 6]);
    const folded = ops.fold(ops.unfold(x, 3, { padding: 1 }), [5, 6], 3, { padding: 1 });
    const counts = numbersOf(ops.getItem(folded, [0, 1]));
    expect([counts[0], counts[1], counts[7]]).toEqual([4, 6, 9]);
  });

  it('goes to hue, saturation and value and back', () => {
    const image = ops.abs(sample([4, 4, 3]));
    expect(worstDifference(numbersOf(ops.image.hsvToRgb(ops.image.rgbToHsv(image))), numbersOf(image))).toBeLessThan(float32Error(8));
  });
});

describe('dotProductAttention', () => {
  it('averages the values where all scores are equal, and only those that the mask shows', () => {
    const [query, key, value] = [ops.zeros([1, 2, 1, 4]), sample([1, 3, 1, 4]), ops.reshape([1, 2, 6], [1, 3, 1, 1])];
    expect(numbersOf(ops.dotProductAttention(query, key, value))).toEqual([3, 3]);
    const mask = ops.reshape([true, true, false, true, false, false], [1, 1, 2, 3]);
    expect(numbersOf(ops.dotProductAttention(query, key, value, { mask }))).toEqual([1.5, 1]);
    expect(numbersOf(ops.dotProductAttention(query, key, value, { isCausal: true }))).toEqual([1, 1.5]);
  });
});

describe('crossentropies', () => {
  it('agree between logits and probabilities, and between class numbers and vectors', () => {
    const logits = sample([4, 3]);
    const classes = [0, 2, 1, 1];
    const fromLogits = ops.sparseCategoricalCrossentropy(classes, logits, { fromLogits: true });
    const fromVectors = ops.categoricalCrossentropy(ops.oneHot(classes, 3), ops.softmax(logits));
    expect(worstDifference(numbersOf(fromVectors), numbersOf(fromLogits))).toBeLessThan(float32Error(8));
    const binary = ops.binaryCrossentropy([1, 0], ops.sigmoid([2.5, -1.5]));
    expect(worstDifference(numbersOf(binary), numbersOf(ops.binaryCrossentropy([1, 0], [2.5, -1.5], { fromLogits: true })))).toBeLessThan(
      float32Error(8),
    );
  });
});
