import { describe, expect, it } from 'vitest';
import * as initializers from '../../../compiler/keras/initializers/index.ts';
import { numbersOf } from '../ops/numbers.ts';

interface Statistics {
  readonly mean: number;
  readonly deviation: number;
  readonly largest: number;
}

function statisticsOf(values: readonly number[]): Statistics {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation, largest: values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) };
}

// 40,000 values: the mean is off by 5 sigma / 200 at most, the deviation by 5 / sqrt(2 n) < 2 %.
const shape = [200, 200];

describe('random initializers', () => {
  it('draw the same values for the same seed, others for another', () => {
    const draw = (seed: number): number[] => numbersOf(new initializers.RandomNormal({ seed })([5]));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const unseeded = new initializers.RandomNormal();
    expect(numbersOf(unseeded([5]))).toEqual(numbersOf(unseeded([5])));
    expect(numbersOf(unseeded([5]))).not.toEqual(numbersOf(new initializers.RandomNormal()([5])));
  });

  it.each([
    ['RandomNormal', new initializers.RandomNormal({ stddev: 2, seed: 3 }), 2],
    ['RandomUniform', new initializers.RandomUniform({ minval: -3, maxval: 3, seed: 3 }), 3 / Math.sqrt(3)],
    ['TruncatedNormal', new initializers.TruncatedNormal({ stddev: 2, seed: 3 }), 2 * 0.8796256610342398],
    ['GlorotUniform', new initializers.GlorotUniform({ seed: 3 }), Math.sqrt(2 / 400)],
    ['HeNormal', new initializers.HeNormal({ seed: 3 }), Math.sqrt(2 / 200)],
    ['LecunUniform', new initializers.LecunUniform({ seed: 3 }), Math.sqrt(1 / 200)],
  ] as const)('%s has mean 0 and the deviation of its formula', (_name, initializer, deviation) => {
    const found = statisticsOf(numbersOf(initializer(shape)));
    expect(Math.abs(found.mean)).toBeLessThan((5 * deviation) / 200);
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(0.02);
  });

  it('cuts the truncated normal distribution at two deviations', () => {
    expect(statisticsOf(numbersOf(new initializers.TruncatedNormal({ stddev: 1, seed: 4 })(shape))).largest).toBeLessThanOrEqual(2);
  });

  it('makes orthogonal rows or columns, whichever are fewer', () => {
    for (const [rows, columns] of [
      [6, 4],
      [4, 6],
    ] as const) {
      const values = numbersOf(new initializers.Orthogonal({ gain: 2, seed: 5 })([rows, columns]));
      const vector = (index: number): number[] =>
        rows >= columns
          ? Array.from({ length: rows }, (_, row) => values[row * columns + index] as number)
          : values.slice(index * columns, (index + 1) * columns);
      for (let a = 0; a < 4; a++) {
        for (let b = 0; b < 4; b++) {
          const product = vector(a).reduce((sum, value, index) => sum + value * (vector(b)[index] as number), 0);
          expect(product).toBeCloseTo(a === b ? 4 : 0, 5);
        }
      }
    }
  });
});

describe('initializers.get', () => {
  it('finds initializers by either name and by config', () => {
    for (const identifier of ['he_normal', 'HeNormal', { class_name: 'HeNormal', config: { seed: null } }] as const) {
      expect(initializers.get(identifier)).toBeInstanceOf(initializers.HeNormal);
    }
    expect(initializers.get('uniform')).toBeInstanceOf(initializers.RandomUniform);
  });

  it('writes a config that it reads', () => {
    const config = initializers.serialize(new initializers.VarianceScaling({ scale: 3, mode: 'fan_out', seed: 7 }));
    expect(config.config).toEqual({
      seed: 7,
      scale: 3,
      mode: 'fan_out',
      distribution: 'truncated_normal',
      input_axes: null,
      output_axes: null,
    });
    expect(numbersOf(initializers.get(config)([4]))).toEqual(numbersOf(initializers.deserialize(config)([4])));
  });

  it('makes values only when they are read', () => {
    let made = 0;
    class Counting extends initializers.Initializer {
      override values(): Float64Array {
        made++;
        return new Float64Array(2);
      }
    }
    const tensor = new Counting()([2]);
    expect([tensor.shape, made]).toEqual([[2], 0]);
    expect([numbersOf(tensor), numbersOf(tensor), made]).toEqual([[0, 0], [0, 0], 1]);
  });

  it('says what is wrong', () => {
    expect(() => initializers.get('nope' as never)).toThrow(/Could not interpret initializer identifier: nope/);
    expect(() => new initializers.VarianceScaling({ distribution: 'nope' as never })).toThrow(/Invalid `distribution` argument: nope/);
    expect(() => new initializers.Identity()([2, 2, 2])).toThrow(/only be used for 2D matrices. Received: shape=\(2, 2, 2\) of rank 3/);
    expect(() => new initializers.Orthogonal()([3])).toThrow(/must be at least two-dimensional/);
  });
});
