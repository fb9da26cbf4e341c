import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers, Model, type Tensor, utils } from '../../../compiler/index.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { numbersOf } from '../ops/numbers.ts';

const { FeatureSpace } = utils;
const table = { age: [1, 2, 3, 10], city: ['a', 'b', 'b', 'c'], id: [5, 7, 5, 9] };
const rows = { age: [2, 4], city: ['b', 'zz'], id: [9, 5] };

function adapted(): utils.FeatureSpace {
  const space = new FeatureSpace({
    age: 'float_normalized',
    city: 'string_categorical',
    id: FeatureSpace.integerCategorical({ numOovIndices: 2 }),
  });
  space.adapt(table);
  return space;
}

// What keras.utils.FeatureSpace 3.15.1 gives for the same table.
const expected = [
  [-0.56569, 0, 1, 0, 0, 0, 0, 0, 1, 0],
  [0, 1, 0, 0, 0, 0, 0, 1, 0, 0],
];

describe('FeatureSpace', () => {
  it('joins what its features were prepared to, in the order of their names', () => {
    const encoded = numbersOf(adapted()(rows as never) as unknown as Tensor);
    expect(encoded.map((value) => Math.round(value * 1e5) / 1e5 + 0)).toEqual(expected.flat());
  });

  it('crosses features, and gives them by name where that is asked for', () => {
    const space = new FeatureSpace(
      { a: 'string_hashed', b: 'integer_hashed' },
      { crosses: [['a', 'b']], crossingDim: 4, hashingDim: 5, outputMode: 'dict' },
    );
    const encoded = space({ a: ['x', 'y'], b: [1, 2] } as never) as unknown as Record<string, Tensor>;
    expect(Object.keys(encoded)).toEqual(['a', 'b', 'a_X_b']);
    expect(numbersOf(encoded['a_X_b'] as Tensor)).toEqual([0, 0, 1, 0, 0, 0, 1, 0]);
    const single = space({ a: 'x', b: 1 } as never) as unknown as Record<string, Tensor>;
    expect(single['a_X_b']?.shape).toEqual([4]);
  });

  it('begins a model that takes the table itself', () => {
    const space = adapted();
    const sum = new layers.Dense(1, { kernelInitializer: 'ones' });
    const model = new Model({ inputs: space.getInputs() as never, outputs: sum(space.getEncodedFeatures() as never) });
    const columns = { age: [[2], [4]], city: [['b'], ['zz']], id: [[9], [5]] };
    const output = model.predict(columns as never) as NDArray;
    Array.from(output.data as Float32Array).forEach((value, row) => {
      expect(value).toBeCloseTo(
        (expected[row] as number[]).reduce((total, each) => total + each),
        4,
      );
    });
  });

  it('comes back from its file with what it learned', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kerasc-features-'));
    const space = adapted();
    await space.save(join(folder, 'features.keras'));
    const loaded = await FeatureSpace.load(join(folder, 'features.keras'));
    expect(numbersOf(loaded(rows as never) as unknown as Tensor)).toEqual(numbersOf(space(rows as never) as unknown as Tensor));
    await rm(folder, { recursive: true });
  });

  it('says what it lacks', () => {
    expect(() => new FeatureSpace({})).toThrow('cannot be None or empty');
    expect(() => new FeatureSpace({ a: 'colour' })).toThrow('Invalid feature type');
    expect(() => new FeatureSpace({ a: 'float' }, { crosses: [['a', 'b']] })).toThrow('unknown features');
    expect(() => new FeatureSpace({ a: 'string_categorical' })({ a: ['x'] } as never)).toThrow('You need to call `.adapt(dataset)`');
    const whole = new FeatureSpace({ a: FeatureSpace.integerHashed(3, { outputMode: 'int' }) });
    expect(() => whole({ a: [1] } as never)).toThrow('has not been encoded');
  });
});
