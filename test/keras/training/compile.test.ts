// What `compile` takes: losses and metrics for one output or several, their names in logs, and mistakes.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Input, layers, loadModel, Model, metrics, ops, optimizers, type Tensor } from '../../../compiler/index.ts';
import { network, silent, waves } from './small-models.ts';

const x = waves(6, 3);
const y = waves(6, 1, 0.5);
const labels = ops.array([0, 1, 1, 0, 1, 0]);
const still = (): optimizers.Optimizer => new optimizers.SGD(0);

/** A model with a number `a` and two classes `b`, in a list. */
function twoOutputs(): Model {
  const input = Input({ shape: [3] });
  const hidden = new layers.Dense(4, { activation: 'tanh', kernelInitializer: 'ones' })(input);
  const b = new layers.Dense(2, { name: 'b', activation: 'softmax', kernelInitializer: 'ones' })(hidden);
  return new Model({ inputs: input, outputs: [new layers.Dense(1, { name: 'a', kernelInitializer: 'ones' })(hidden), b] });
}

describe('losses of several outputs', () => {
  it('are weighted and added, and reported under the names of the outputs', async () => {
    const model = twoOutputs();
    model.compile({ optimizer: still(), loss: ['mse', 'sparse_categorical_crossentropy'], lossWeights: [2, 0.5] });
    const logs = await model.evaluate(x, [y, labels], { returnDict: true, ...silent });
    expect(Object.keys(logs)).toEqual(['a_loss', 'b_loss', 'loss']);
    expect(logs['loss']).toBeCloseTo(2 * (logs['a_loss'] as number) + 0.5 * (logs['b_loss'] as number), 5);
  });

  it('may be given by name, in any order', async () => {
    const byName = twoOutputs();
    byName.compile({ optimizer: still(), loss: { b: 'sparse_categorical_crossentropy', a: 'mse' }, lossWeights: { b: 0.5, a: 2 } });
    const inOrder = twoOutputs();
    inOrder.compile({ optimizer: still(), loss: ['mse', 'sparse_categorical_crossentropy'], lossWeights: [2, 0.5] });
    const [a, b] = [await byName.evaluate(x, [y, labels], silent), await inOrder.evaluate(x, [y, labels], silent)];
    expect(a).toEqual(b);
  });

  it('may be left out, with their targets', async () => {
    const model = twoOutputs();
    model.compile({ optimizer: still(), loss: [null, 'sparse_categorical_crossentropy'] });
    const logs = await model.evaluate(x, [labels], { returnDict: true, ...silent });
    expect(Object.keys(logs)).toEqual(['loss']);
  });
});

describe('metrics', () => {
  it('are named after their output where there are several', async () => {
    const model = twoOutputs();
    model.compile({ optimizer: still(), loss: ['mse', 'sparse_categorical_crossentropy'], metrics: { a: ['mae'], b: ['accuracy'] } });
    const logs = await model.evaluate(x, [y, labels], { returnDict: true, ...silent });
    expect(Object.keys(logs)).toEqual(['a_loss', 'a_mae', 'b_accuracy', 'b_loss', 'loss']);
  });

  it('get a name of their own where two have the same', async () => {
    const model = network();
    model.compile({ optimizer: still(), loss: 'mse', metrics: ['mae'], weightedMetrics: ['mae'] });
    const logs = await model.evaluate(x, y, { sampleWeight: ops.array([1, 0, 0, 0, 0, 0]), returnDict: true, ...silent });
    expect(Object.keys(logs)).toEqual(['loss', 'mae', 'weighted_mae']);
    expect(logs['mae']).not.toBe(logs['weighted_mae']);
  });

  it('called accuracy go by the shapes of targets and outputs', async () => {
    const classes = network({ outputs: 3, activation: 'softmax' });
    const found = classes.predict(x) as { data: Float32Array };
    const best = Array.from({ length: 6 }, (_, row) =>
      [0, 1, 2].reduce((a, b) => ((found.data[3 * row + b] ?? 0) > (found.data[3 * row + a] ?? 0) ? b : a), 0),
    );
    classes.compile({ optimizer: still(), loss: 'sparse_categorical_crossentropy', metrics: ['acc'] });
    expect(await classes.evaluate(x, best, { returnDict: true, ...silent })).toMatchObject({ acc: 1 });
    const oneHot = ops.oneHot(ops.array(best, { dtype: 'int32' }), 3) as Tensor;
    classes.compile({ optimizer: still(), loss: 'crossentropy', metrics: ['accuracy'] });
    expect(await classes.evaluate(x, oneHot, { returnDict: true, ...silent })).toMatchObject({ accuracy: 1 });
  });

  it('may be functions and may be vectors', async () => {
    const model = network({ outputs: 3, activation: 'softmax' });
    const largestGap = (yTrue: Tensor, yPred: Tensor): Tensor => ops.max(ops.abs(ops.subtract(yTrue, yPred)), { axis: -1 });
    model.compile({ optimizer: still(), loss: 'mse', metrics: [largestGap as never, new metrics.F1Score({ threshold: 0.1 })] });
    const { history } = await model.fit(x, ops.oneHot(ops.array([0, 1, 2, 0, 1, 2], { dtype: 'int32' }), 3) as Tensor, silent);
    expect(history['largest_gap']?.[0]).toBeGreaterThan(0);
    expect(history['f1_score']?.[0]).toHaveLength(3);
  });
});

describe('mistakes', () => {
  it('are told as Keras tells them', async () => {
    const model = twoOutputs();
    const run = (options: Parameters<Model['compile']>[0], targets: unknown = [y, labels]): Promise<unknown> => {
      model.compile({ optimizer: still(), ...options });
      return model.evaluate(x, targets as never, silent);
    };
    await expect(run({ loss: ['mse', 'mse'], lossWeights: [1] })).rejects.toThrow('`loss_weights` must match the number of losses');
    await expect(run({ loss: { a: 'mse', c: 'mse' } })).rejects.toThrow('in loss dict');
    const both = ['mse', 'sparse_categorical_crossentropy'] as const;
    await expect(run({ loss: both, metrics: { c: ['mae'] } })).rejects.toThrow('Invalid `metrics`');
    await expect(run({ loss: 'nope' as never })).rejects.toThrow('Could not interpret loss identifier: nope');
    await expect(run({ loss: both }, [y, y, y])).rejects.toThrow('different structures');
    expect(() => model.compile({ metrics: 'mae' as never })).toThrow('Expected `metrics` argument to be a list, tuple, or dict');
  });

  it('in a file do not keep a model from being used, and are told when it is trained', async () => {
    const model = network();
    const mine = (yTrue: Tensor, yPred: Tensor): Tensor => ops.mean(ops.square(ops.subtract(yTrue, yPred)), { axis: -1 });
    model.compile({ optimizer: 'adam', loss: mine as never });
    const path = join(mkdtempSync(join(tmpdir(), 'kerasc-')), 'model.keras');
    await model.save(path);
    const loaded = await loadModel(path);
    expect(loaded.predict(x)).toEqual(model.predict(x));
    await expect(loaded.fit(x, y, silent)).rejects.toThrow('Could not locate function "mine"');
    const complete = await loadModel(path, { customObjects: { mine } });
    expect(await complete.evaluate(x, y, silent)).toBe(await model.evaluate(x, y, silent));
  });
});
