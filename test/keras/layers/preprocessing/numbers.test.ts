import { describe, expect, it } from 'vitest';
import { layers, ops, type Tensor } from '../../../../compiler/index.ts';
import { float32Error, numbersOf } from '../../ops/numbers.ts';

const rows = (tensor: unknown): number[] => numbersOf(tensor as Tensor).map(Number);

describe('Normalization', () => {
  it('learns the same from batches as from the whole', () => {
    const data = Array.from({ length: 10 }, (_, index) => [index * index, Math.sin(index)]);
    const whole = new layers.Normalization();
    whole.adapt(data);
    const parts = new layers.Normalization();
    parts.adapt([ops.convertToTensor(data.slice(0, 3)), ops.convertToTensor(data.slice(3, 4)), ops.convertToTensor(data.slice(4))]);
    const largest = 81 * 81;
    [whole.adaptMean, whole.adaptVariance].forEach((weight, index) => {
      const other = rows([parts.adaptMean, parts.adaptVariance][index]?.read());
      rows(weight?.read()).forEach((value, at) => {
        expect(Math.abs(value - (other[at] as number))).toBeLessThanOrEqual(largest * float32Error(30));
      });
    });
    expect(() => whole.adapt((function* () {})())).toThrow('empty iterable');
  });
});

describe('Discretization', () => {
  it('puts numbers at a boundary above it', () => {
    expect(rows(new layers.Discretization({ binBoundaries: [0, 1, 2] })([-1, 0, 0.5, 2, 9] as never))).toEqual([0, 1, 1, 3, 3]);
  });

  it('learns boundaries between bins of equal counts', () => {
    const layer = new layers.Discretization({ numBins: 4 });
    layer.adapt(Array.from({ length: 100 }, (_, index) => index));
    // What Keras 3.15.1 gives for the same numbers.
    expect(layer.binBoundaries?.map((value) => Math.round(value * 1e4) / 1e4)).toEqual([24, 49, 74]);
    expect(() => new layers.Discretization({ binBoundaries: [1] }).adapt([1])).toThrow('use `num_bins` instead');
  });
});

describe('CategoryEncoding', () => {
  it('leaves out what lies beyond its tokens', () => {
    const layer = new layers.CategoryEncoding({ numTokens: 4 });
    expect(
      rows(
        layer([
          [0, 5],
          [1, 2],
        ] as never),
      ),
    ).toEqual([1, 0, 0, 0, 0, 1, 1, 0]);
  });

  it('weighs what it counts, and nothing else', () => {
    const counts = new layers.CategoryEncoding({ numTokens: 3, outputMode: 'count' });
    expect(
      rows(
        counts(
          [
            [0, 0],
            [1, 2],
          ] as never,
          {
            countWeights: [
              [0.5, 0.25],
              [1, 2],
            ],
          } as never,
        ),
      ),
    ).toEqual([0.75, 0, 0, 0, 1, 2]);
    expect(() => new layers.CategoryEncoding({ numTokens: 3 })([[0]] as never, { countWeights: [[1]] } as never)).toThrow(
      '`count_weights` is not used',
    );
  });
});
