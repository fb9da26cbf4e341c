// Several optimizers in one model, each for its part of the weights.
import { describe, expect, it } from 'vitest';
import { callbacks, Input, layers, Model, ops, optimizers } from '../../../compiler/index.ts';
import { silent, waves } from '../training/small-models.ts';

const { MultiOptimizer, OptimizerMap, SGD } = optimizers;

function twoParts(): Model {
  const x = Input({ shape: [3] });
  const body = new layers.Dense(2, { name: 'body', kernelInitializer: 'ones' })(x);
  const model = new Model({ inputs: x, outputs: new layers.Dense(1, { name: 'head', kernelInitializer: 'ones' })(body) });
  const slow = new SGD(0.25, { name: 'slow' });
  model.compile({ optimizer: new MultiOptimizer(new OptimizerMap(new SGD(0, { name: 'still' })).set('head/.*', slow)), loss: 'mse' });
  return model;
}

describe('MultiOptimizer', () => {
  it('changes each variable by the optimizer whose pattern matches its path', async () => {
    const model = twoParts();
    const before = model.getWeights().map(({ data }) => Array.from(data as Float32Array));
    await model.fit(waves(4, 3), waves(4, 1), silent);
    const after = model.getWeights().map(({ data }) => Array.from(data as Float32Array));
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
    expect(Number(model.optimizer?.iterations.item())).toBe(1);
  });

  it('has the learning rates of its optimizers in logs, and none of its own', async () => {
    const model = twoParts();
    const halve = new callbacks.LearningRateScheduler((_epoch, rate) => rate / 2);
    const { history } = await model.fit(waves(4, 3), waves(4, 1), { epochs: 2, callbacks: [halve], ...silent });
    expect(history['learning_rate_slow']).toEqual([0.125, 0.0625]);
    expect(history['learning_rate_still']).toEqual([0, 0]);
    expect(() => model.optimizer?.learningRate).toThrow('cannot be accessed on a MultiOptimizer');
  });

  it('comes back from its config', () => {
    const serialized = optimizers.serialize(twoParts().optimizer as optimizers.Optimizer);
    expect(optimizers.serialize(optimizers.deserialize(serialized))).toEqual(serialized);
  });

  it('refuses a variable that two patterns match', () => {
    const map = new OptimizerMap(new SGD(), { 'a/.*': new SGD(), '.*/kernel': new SGD() });
    const layer = new layers.Dense(1, { name: 'a' });
    layer(ops.ones([1, 1]));
    expect(() => map.optimizerOf(layer.weights[0] as never)).toThrow('Multiple optimizers assigned to variable a/kernel.');
  });
});
