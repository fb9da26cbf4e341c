// Random numbers: seeds, ranges, and moments over parameters that the golden cases do not have.
import { afterEach, describe, expect, it } from 'vitest';
import { initializers, random, type Tensor, utils } from '../../../compiler/index.ts';
import { trace } from '../../../compiler/trace/trace.ts';

const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as ArrayLike<number>, Number);

/** Mean and standard deviation of a sample. */
function moments(sample: readonly number[]): readonly [number, number] {
  const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  return [mean, Math.sqrt(sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sample.length)];
}

/** Within five standard errors: of the mean, and of the deviation of a sample without heavy tails. */
function expectMoments(sample: readonly number[], mean: number, deviation: number): void {
  const [foundMean, foundDeviation] = moments(sample);
  expect(Math.abs(foundMean - mean)).toBeLessThan((5 * deviation) / Math.sqrt(sample.length));
  expect(Math.abs(foundDeviation - deviation)).toBeLessThan((10 * deviation) / Math.sqrt(sample.length));
}

const COUNT = 20000;

describe('a seed', () => {
  it('that is an integer gives the same numbers each time, another one others', () => {
    expect(numbers(random.normal([4], { seed: 3 }))).toEqual(numbers(random.normal([4], { seed: 3 })));
    expect(numbers(random.normal([4], { seed: 3 }))).not.toEqual(numbers(random.normal([4], { seed: 4 })));
  });

  it('that is a generator moves on with every draw', () => {
    const draw = (): number[][] => {
      const seed = new random.SeedGenerator(7);
      return [numbers(random.uniform([3], { seed })), numbers(random.uniform([3], { seed }))];
    };
    const [first, second] = draw();
    expect(first).not.toEqual(second);
    expect(draw()).toEqual([first, second]);
  });

  it('is an update of a traced program where a generator gives it', () => {
    const seed = new random.SeedGenerator(7);
    const { graph } = trace(
      'noise',
      [],
      () => random.normal([3], { seed }),
      (result) => [result],
    );
    expect(graph.updates.map(({ path }) => path)).toEqual(['seed_generator_state']);
  });

  it('must be an integer or a generator', () => {
    expect(() => random.normal([2], { seed: 1.5 })).toThrow(/must be either an integer or an instance of `SeedGenerator`/);
  });
});

describe('setRandomSeed', () => {
  afterEach(() => utils.setRandomSeed(Math.floor(Math.random() * 1e9)));

  it('repeats what is drawn without a seed, by functions and by initializers', () => {
    const draw = (): number[] => {
      utils.setRandomSeed(11);
      return [...numbers(random.uniform([3])), ...numbers(new initializers.RandomNormal()([3]))];
    };
    expect(draw()).toEqual(draw());
  });

  it('refuses what is no integer', () => {
    expect(() => utils.setRandomSeed(0.5)).toThrow(/Expected `seed` argument to be an integer/);
  });
});

describe('a distribution', () => {
  it('of small floats never reaches the end of its range', () => {
    const sample = numbers(random.uniform([COUNT], { dtype: 'float16', seed: 1 }));
    // The bits of float16 ascend with the numbers; 0x3c00 is 1.
    expect(Math.max(...sample)).toBeLessThan(0x3c00);
  });

  it.each([0.2, 1, 2.5, 50])('gamma has mean and variance alpha = %f', (alpha) => {
    expectMoments(numbers(random.gamma([COUNT], alpha, { seed: 5 })), alpha, Math.sqrt(alpha));
  });

  it('beta stays a number where both gamma numbers would underflow', () => {
    const sample = numbers(random.beta([COUNT], 0.001, 0.001, { seed: 6 }));
    expect(sample.every((value) => value >= 0 && value <= 1)).toBe(true);
    expectMoments(sample, 0.5, 0.5 * Math.sqrt(1 / 1.002));
  });

  it.each([
    [7, 0.1],
    [30, 0.95],
    [400, 0.3],
    [100000, 0.5],
  ])('binomial of %i attempts at %f has its mean and variance', (counts, share) => {
    const sample = numbers(random.binomial([COUNT], counts, share, { seed: 8 }));
    expect(sample.every((value) => Number.isInteger(value) && value >= 0 && value <= counts)).toBe(true);
    expectMoments(sample, counts * share, Math.sqrt(counts * share * (1 - share)));
  });

  it('binomial takes parameters of the shape', () => {
    const sample = numbers(random.binomial([2, 3], [[10], [1000]], [0, 1, 0.5], { seed: 9 }));
    expect([sample[0], sample[1], sample[3], sample[4]]).toEqual([0, 10, 0, 1000]);
  });

  it('randint covers a range that does not divide 2^32 evenly', () => {
    const sample = numbers(random.randint([COUNT], -3, 3_000_000_000, { dtype: 'int64', seed: 2 }));
    expectMoments(sample, 1_499_999_998, 3_000_000_003 / Math.sqrt(12));
  });

  it('shuffle keeps slices whole', () => {
    const rows = [[1, 10], [2, 20], [3, 30]]; // biome-ignore format: one line
    const values = numbers(random.shuffle(rows, { seed: 1 }));
    expect(new Set([0, 2, 4].map((at) => `${values[at]},${values[at + 1]}`))).toEqual(new Set(['1,10', '2,20', '3,30']));
  });
});
