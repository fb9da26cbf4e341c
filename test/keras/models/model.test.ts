import { beforeEach, describe, expect, it } from 'vitest';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { clearSession, Input, type KerasTensor, type Layer } from '../../../compiler/keras/engine/index.ts';
import { Dense } from '../../../compiler/keras/layers/core/dense.ts';
import { Model } from '../../../compiler/keras/models/model.ts';
import { Sequential } from '../../../compiler/keras/models/sequential.ts';
import * as ops from '../../../compiler/keras/ops/index.ts';
import { type Tensor, tensorOf } from '../../../compiler/trace/tensor.ts';

beforeEach(clearSession);

const values = (array: unknown): number[] => [...((array as NDArray).data as Float32Array)];
const ones = { kernelInitializer: 'ones', biasInitializer: 'ones' } as const;
const batch = (rows: number, columns: number): Tensor =>
  tensorOf(
    'float32',
    [rows, columns],
    Float32Array.from({ length: rows * columns }, (_, index) => index),
  );

describe('a functional model', () => {
  it('computes its outputs eagerly and in batches alike', () => {
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new Dense(2, ones)(x) });
    const eager = model(batch(5, 3)) as Tensor;
    expect(values(eager)).toEqual([4, 4, 13, 13, 22, 22, 31, 31, 40, 40]);
    expect(values(model.predict(batch(5, 3), { batchSize: 2 }))).toEqual(values(eager));
  });

  it('shares a layer between two inputs', () => {
    const [a, b] = [Input({ shape: [2], name: 'a' }), Input({ shape: [2], name: 'b' })];
    const shared = new Dense(1, ones);
    const model = new Model({ inputs: { a, b }, outputs: ops.subtract(shared(a), shared(b)) });
    expect(values(model.predict({ a: batch(1, 2), b: tensorOf('float32', [1, 2], new Float32Array([5, 5])) }))).toEqual([-9]);
    expect(model.weights).toHaveLength(2);
    expect(model.layers.map((layer) => layer.name)).toEqual(['a', 'b', 'dense']);
  });

  it('gives outputs in the structure they were given in', () => {
    const x = Input({ shape: [2] });
    const model = new Model({ inputs: x, outputs: { up: ops.add(x, 1), down: ops.subtract(x, 1) } });
    const { up, down } = model.predict(batch(1, 2)) as unknown as { up: NDArray; down: NDArray };
    expect([values(up), values(down)]).toEqual([
      [1, 2],
      [-1, 0],
    ]);
  });

  it('can be a layer of another model', () => {
    const inner = new Sequential([Input({ shape: [3] }), new Dense(2, ones)], { name: 'tower' });
    const x = Input({ shape: [3] });
    const model = new Model({ inputs: x, outputs: new Dense(1, ones)(inner(x)) });
    expect(values(model.predict(batch(1, 3)))).toEqual([9]);
    expect(model.weights.map((weight) => weight.path)).toEqual([
      'tower/dense/kernel',
      'tower/dense/bias',
      'dense_1/kernel',
      'dense_1/bias',
    ]);
  });

  it('can be cut out of another one', () => {
    const x = Input({ shape: [3] });
    const hidden = new Dense(2, ones)(x);
    const tail = new Model({ inputs: hidden, outputs: new Dense(1, ones)(hidden) });
    expect(values(tail.predict(batch(1, 2)))).toEqual([2]);
  });

  it('names inputs, outputs and layers in its graph', () => {
    const x = Input({ shape: [3], name: 'image' });
    const graph = new Model({ inputs: x, outputs: new Dense(2, { name: 'scores' })(x) }).traceGraph({ batch: 4 });
    expect(graph.inputs.map(({ name, type }) => [name, type.shape])).toEqual([['image', [4, 3]]]);
    expect(graph.outputs.map(({ name, type }) => [name, type.shape])).toEqual([['scores', [4, 2]]]);
    expect(graph.parameters.map(({ path }) => path)).toEqual(['scores/kernel', 'scores/bias']);
    expect(new Set(graph.nodes.map(({ scope }) => scope))).toEqual(new Set(['scores']));
  });

  it('predicts with the weights of now', () => {
    const x = Input({ shape: [1] });
    const model = new Model({ inputs: x, outputs: new Dense(1, { kernelInitializer: 'ones' })(x) });
    model.predict(batch(1, 1));
    model.setWeights([tensorOf('float32', [1, 1], new Float32Array([7])).value, tensorOf('float32', [1], new Float32Array([2])).value]);
    expect(values(model.predict(tensorOf('float32', [1, 1], new Float32Array([1]))))).toEqual([9]);
  });
});

describe('a functional model refuses', () => {
  const input = (name?: string): KerasTensor => Input({ shape: [2], name });

  it('outputs that no input leads to', () => {
    const other = input();
    expect(() => new Model({ inputs: input(), outputs: new Dense(1)(other) })).toThrow('Output with path `` is not connected to `inputs`');
  });

  it('two layers of one name', () => {
    const x = input();
    const y = new Dense(2, { name: 'd' })(new Dense(2, { name: 'd' })(x));
    expect(() => new Model({ inputs: x, outputs: y })).toThrow(
      'The name "d" is used 2 times in the model. All operation names should be unique.',
    );
  });

  it('values in place of symbolic tensors', () => {
    const y = new Dense(2)(input());
    expect(() => new Model({ inputs: batch(2, 2) as never, outputs: y })).toThrow('All `inputs` values must be KerasTensors.');
  });

  it('inputs of the wrong shape, with the words of Keras', () => {
    const x = input();
    const model = new Model({ inputs: x, outputs: new Dense(1)(x) });
    expect(() => model.predict(batch(1, 3))).toThrow(
      "Input 0 with name 'input_layer' of layer 'functional' is incompatible with the layer: expected shape=(None, 2), found shape=(1, 3)",
    );
  });

  it('one array where it needs two', () => {
    const [a, b] = [input(), input()];
    const model = new Model({ inputs: [a, b], outputs: ops.add(a, b) });
    expect(() => model(batch(1, 2))).toThrow(
      `Layer "functional" expects 2 named input(s) with keys ['input_layer', 'input_layer_1'], but it received 1 input tensors.`,
    );
  });

  it('to be asked for a layer that it does not have', () => {
    const model = new Sequential([new Dense(1, { name: 'd' })]);
    expect(() => model.getLayer('x')).toThrow("No such layer: x. Existing layers are: ['d'].");
    expect(() => model.getLayer({ index: 3 })).toThrow('Was asked to retrieve layer at index 3 but model only has 1 layers.');
    expect(() => model.getLayer()).toThrow('Provide either a layer name or layer index at `get_layer`.');
  });
});

describe('a Sequential model', () => {
  it('is built while it grows if it begins with an Input', () => {
    const model = new Sequential();
    model.add(Input({ shape: [3] }));
    model.add(new Dense(2));
    expect(model.weights.map((weight) => weight.path)).toEqual(['sequential/dense/kernel', 'sequential/dense/bias']);
    model.add(new Dense(4));
    expect(model.outputs[0]?.shape).toEqual([null, 4]);
    expect(model.pop().name).toBe('dense_1');
    expect(model.outputs[0]?.shape).toEqual([null, 2]);
  });

  it('is built by its first call otherwise', () => {
    const model = new Sequential([new Dense(2, ones)]);
    expect(model.weights).toEqual([]);
    expect(values(model.predict(batch(3, 2)))).toEqual([2, 2, 6, 6, 10, 10]);
    expect(model.layers).toHaveLength(1);
    expect(values(model(batch(1, 2)))).toEqual([2, 2]);
  });

  it('refuses what Keras refuses', () => {
    expect(() => new Sequential([3 as never])).toThrow('Only instances of `keras.Layer` can be added to a Sequential model. Received: 3');
    expect(() => new Sequential([new Dense(2, { name: 'a' }), new Dense(2, { name: 'a' })])).toThrow(
      "All layers added to a Sequential model should have unique names. Name 'a' is already the name of a layer in this model.",
    );
    expect(() => new Sequential().pop()).toThrow(expect.objectContaining({ name: 'IndexError' }));
    const model = new Sequential([Input({ shape: [2] }), new Dense(1)], { name: 'sequential' });
    expect(() => model.add(Input({ shape: [3] }))).toThrow(
      "Sequential model 'sequential' has already been configured to use input shape (None, 2). You cannot add a different Input layer to it.",
    );
    expect(() => new Sequential([new Dense(2)], { name: 'sequential' }).output).toThrow(
      expect.objectContaining({
        name: 'AttributeError',
        message: 'The layer sequential has never been called and thus has no defined output.',
      }),
    );
  });
});

describe('a model class of your own', () => {
  class Tower extends Model {
    readonly hidden = new Dense(3, ones);
    readonly last: Layer[] = [new Dense(1, ones)];

    override call(inputs: Tensor): Tensor {
      return this.last.reduce((x, layer) => layer(x) as Tensor, this.hidden(inputs) as Tensor);
    }
  }

  it('computes, predicts and finds its layers', () => {
    const model = new Tower();
    expect(values(model.predict(batch(2, 2)))).toEqual([7, 19]);
    expect(values(model(batch(1, 2)))).toEqual([7]);
    expect(model.layers.map((layer) => layer.name)).toEqual(['dense', 'dense_1']);
    expect(model.countParams()).toBe(13);
  });

  it('without a call method says so', () => {
    class M extends Model {}
    expect(() => new M()(batch(1, 2))).toThrow(
      'Exception encountered when calling M.call().\n\nModel M does not have a `call()` method implemented.',
    );
  });
});
