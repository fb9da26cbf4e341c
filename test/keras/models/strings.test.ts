import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Input, layers, loadModel, Model, Sequential } from '../../../compiler/index.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import type { KerasTensor } from '../../../compiler/keras/engine/keras-tensor.ts';

/** A text and a color to one number, with a vocabulary that is learned. */
function makeModel(): Model {
  const text = Input({ shape: [1], dtype: 'string', name: 'text' });
  const color = Input({ shape: [1], dtype: 'string', name: 'color' });
  const price = Input({ shape: [1], name: 'price' });
  const words = new layers.TextVectorization({ outputMode: 'count', name: 'words' });
  words.adapt(['red wine', 'white wine']);
  const colors = new layers.StringLookup({ vocabulary: ['red', 'green'], outputMode: 'one_hot', name: 'colors' });
  const all = new layers.Concatenate()([words(text), colors(color), price] as KerasTensor[]);
  return new Model({ inputs: { text, color, price }, outputs: new layers.Dense(1, { kernelInitializer: 'ones' })(all) });
}

const inputs = { text: [['Wine, wine!'], ['blue']], color: [['red'], ['pink']], price: [[2], [3]] };
const valuesOf = (output: unknown): number[] => Array.from((output as NDArray).data as Float32Array);

describe('models that take strings', () => {
  it('predict: tokens are counted on the host, the rest is computed', () => {
    // 2 tokens + 1 color + 2, and 1 unknown token + 1 unknown color + 3.
    expect(valuesOf(makeModel().predict(inputs as never))).toEqual([5, 5]);
  });

  it('fall into steps on the host and a model of numbers', () => {
    const split = makeModel().splitHostPart();
    expect(
      split
        ?.program()
        .steps.map(({ step, output }) => `${step.kind} ${output}`)
        .sort(),
    ).toEqual(['lookup colors', 'text words']);
    expect(split?.model.inputs.map(({ dtype }) => dtype).sort()).toEqual(['float32', 'int64', 'int64']);
    expect(new Sequential([Input({ shape: [2] }), new layers.Dense(1)]).splitHostPart()).toBeUndefined();
  });

  it('use a vocabulary that was learned after the first prediction', () => {
    const lookup = new layers.StringLookup();
    lookup.adapt(['a']);
    const x = Input({ shape: [1], dtype: 'string' });
    const model = new Model({ inputs: x, outputs: new layers.Rescaling(1)(lookup(x) as KerasTensor) });
    expect(valuesOf(model.predict([['b']] as never))).toEqual([0]);
    lookup.adapt(['a', 'b', 'b']);
    expect(valuesOf(model.predict([['b']] as never))).toEqual([1]);
  });

  it('are split inside of models that are layers of others', () => {
    const inner = makeModel();
    const text = Input({ shape: [1], dtype: 'string', name: 'text' });
    const color = Input({ shape: [1], dtype: 'string', name: 'color' });
    const price = Input({ shape: [1], name: 'price' });
    const outer = new Model({
      inputs: { text, color, price },
      outputs: new layers.Rescaling(2)(inner({ text, color, price }) as KerasTensor),
    });
    expect(valuesOf(outer.predict(inputs as never))).toEqual([10, 10]);
  });

  it('are trained by their compiled part, whose layers they share', async () => {
    const model = makeModel();
    const split = model.splitHostPart() as NonNullable<ReturnType<Model['splitHostPart']>>;
    split.model.compile({ optimizer: 'sgd', loss: 'mse' });
    const before = valuesOf(model.predict(inputs as never));
    const targets = [[4], [4]];
    await split.model.fit(split.prepare(inputs), targets, { epochs: 2, verbose: 0 });
    const errorOf = (values: number[]): number => values.reduce((sum, value) => sum + (value - 4) ** 2, 0);
    expect(errorOf(valuesOf(model.predict(inputs as never)))).toBeLessThan(errorOf(before));
  });

  it('carry learned vocabularies in their files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kerasc-strings-'));
    const model = makeModel();
    await model.save(join(folder, 'wine.keras'));
    const loaded = await loadModel(join(folder, 'wine.keras'));
    expect((loaded.getLayer('words') as layers.TextVectorization).getVocabulary()).toEqual(['[UNK]', 'wine', 'white', 'red']);
    expect(valuesOf(loaded.predict(inputs as never))).toEqual(valuesOf(model.predict(inputs as never)));
    await rm(folder, { recursive: true });
  });

  it('refuse strings where numbers are needed, and strings after the compiled part', () => {
    const x = Input({ shape: [1], dtype: 'string' });
    expect(() => new layers.Dense(1)(x)).toThrow('holds strings, and compiled programs have none');
    const scores = Input({ shape: [1] });
    const names = new layers.StringLookup({ vocabulary: ['a'], invert: true })(new layers.Rescaling(1)(scores) as KerasTensor);
    expect(() => new Model({ inputs: scores, outputs: names as KerasTensor }).splitHostPart()).toThrow('before the compiled part');
  });
});
