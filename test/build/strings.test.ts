import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { build, Input, layers, Model } from '../../compiler/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import type { KerasTensor } from '../../compiler/keras/engine/keras-tensor.ts';
import { temporaryFolder } from './temporary-folder.ts';

const model = (): Model => {
  const text = Input({ shape: [1], dtype: 'string', name: 'text' });
  const size = Input({ shape: [1], dtype: 'int64', name: 'size' });
  const words = new layers.TextVectorization({ vocabulary: ['red', 'wine', 'white'], outputSequenceLength: 3 });
  const vectors = new layers.Flatten()(new layers.Embedding(5, 2)(words(text) as KerasTensor) as KerasTensor);
  const crossed = new layers.HashedCrossing(4, { outputMode: 'one_hot' })([text, size] as never) as unknown as KerasTensor;
  return new Model({
    inputs: { text, size },
    outputs: new layers.Dense(2)(new layers.Concatenate()([vectors, crossed] as KerasTensor[])),
    name: 'wine',
  });
};

describe('bundles of models that take strings', () => {
  it('prepare them as the model itself does, any number of samples', async () => {
    const outDir = join(temporaryFolder(), 'wine');
    const original = model();
    const report = await build(original, { target: 'node', outDir });
    expect(report.files).toContain('preprocessing.json');
    const { load } = (await import(pathToFileURL(join(outDir, 'index.js')).href)) as {
      load(): Promise<{ predict(inputs: unknown): object }>;
    };
    const bundle = await load();
    const text = ['Red wine!', 'white', 'blue wine for two'];
    const expected = original.predict({ text: text.map((each) => [each]), size: [[1n], [2n], [3n]] } as never) as NDArray;
    const [output] = Object.values(bundle.predict({ text, size: BigInt64Array.of(1n, 2n, 3n) })) as [Float32Array];
    expect(output.length).toBe(6);
    output.forEach((value, index) => {
      expect(value).toBeCloseTo(expected.data[index] as number, 5);
    });
    expect(await readFile(join(outDir, 'index.d.ts'), 'utf8')).toContain('"text": readonly string[]');
  });

  it('are refused for native targets, with another to take', async () => {
    const outDir = join(temporaryFolder(), 'native');
    await expect(build(model(), { target: 'native', outDir })).rejects.toThrow('takes strings, which native bundles do not prepare');
  });
});
