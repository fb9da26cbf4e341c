// `fit`, `evaluate` and steps on batches: what data may be, what is reported, and that numbers repeat.
import { describe, expect, it, vi } from 'vitest';
import { callbacks, data, layers, type Model, ops, optimizers, Sequential, type Tensor, utils } from '../../../compiler/index.ts';
import type { NDArray } from '../../../compiler/ir/ndarray.ts';
import { network, numbersOf, silent, waves } from './small-models.ts';

const x = waves(10, 3);
const y = waves(10, 1, 0.5);

function compiled(model: Model = network()): Model {
  model.compile({ optimizer: new optimizers.Adam(0.05), loss: 'mse', metrics: ['mae'] });
  return model;
}

/** The numbers of an array, each to so many digits. */
const close = (array: unknown, digits: number): number[] =>
  Array.from((array as NDArray).data as Float32Array, (value) => expect.closeTo(value, digits));

const rows = (tensor: Tensor, start: number, end: number): Tensor =>
  ops.slice(tensor, [start, 0], [end - start, tensor.shape[1] as number]) as Tensor;

describe('fit', () => {
  it('makes the loss smaller and reports every epoch', async () => {
    const model = compiled();
    const { history, epoch } = await model.fit(x, y, { epochs: 20, batchSize: 5, ...silent });
    expect(epoch).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(Object.keys(history)).toEqual(['loss', 'mae']);
    expect(history['loss']?.at(-1)).toBeLessThan((history['loss']?.[0] ?? 0) / 2);
    expect(model.history?.history).toBe(history);
  });

  it('weighs a last batch that is smaller by its rows', async () => {
    const model = network();
    model.compile({ optimizer: new optimizers.SGD(0), loss: 'mse' });
    const { history } = await model.fit(x, y, { batchSize: 4, shuffle: false, ...silent });
    const whole = await model.evaluate(x, y, { batchSize: 10, ...silent });
    // Three batches and one: the same ten numbers, added in another order.
    expect(history['loss']?.[0]).toBeCloseTo(whole as number, 6);
  });

  it('gives the same run for the same seed, and shuffles', async () => {
    const run = async (seed: number, shuffle: boolean): Promise<number[]> => {
      utils.setRandomSeed(seed);
      const model = compiled();
      await model.fit(x, y, { epochs: 3, batchSize: 3, shuffle, ...silent });
      return numbersOf(model);
    };
    const first = await run(7, true);
    expect(await run(7, true)).toEqual(first);
    expect(await run(8, true)).not.toEqual(first);
    expect(await run(7, false)).not.toEqual(first);
  });

  it('takes arrays, typed arrays, nested numbers, iterables, generators and batches by number alike', async () => {
    const batches = [0, 4, 8].map((start) => [rows(x, start, Math.min(start + 4, 10)), rows(y, start, Math.min(start + 4, 10))]);
    const results = new Set<string>();
    const run = async (train: (model: Model) => Promise<unknown>): Promise<void> => {
      const model = compiled();
      await train(model);
      results.add(JSON.stringify(numbersOf(model)));
    };
    const options = { epochs: 2, batchSize: 4, shuffle: false, ...silent };
    const nested = (tensor: Tensor, columns: number): number[][] =>
      Array.from({ length: 10 }, (_, row) => Array.from(tensor.data as Float32Array).slice(row * columns, (row + 1) * columns));
    await run((model) => model.fit(x, y, options));
    await run((model) => model.fit(nested(x, 3), nested(y, 1), options));
    await run((model) => model.fit(x.value, Float32Array.from(y.data as Float32Array), options));
    await run((model) => model.fit({ [Symbol.iterator]: () => batches[Symbol.iterator]() }, { epochs: 2, ...silent }));
    await run((model) =>
      model.fit(
        {
          async *[Symbol.asyncIterator]() {
            yield* batches;
          },
        },
        { epochs: 2, ...silent },
      ),
    );
    const endless = (function* () {
      for (;;) yield* batches;
    })();
    await run((model) => model.fit(endless, { epochs: 2, stepsPerEpoch: 3, ...silent }));
    await run((model) => model.fit({ numBatches: 3, getItem: (index: number) => batches[index] as Tensor[] }, { ...options }));
    expect(results.size).toBe(1);
  });

  it('takes data sets and PyDatasets', async () => {
    class Pieces extends utils.PyDataset {
      override get numBatches(): number {
        return 3;
      }

      override getItem(index: number): Tensor[] {
        const end = Math.min(4 * index + 4, 10);
        return [rows(x, 4 * index, end), rows(y, 4 * index, end)];
      }
    }
    const [arrays, set, pieces] = [compiled(), compiled(), compiled()];
    await arrays.fit(x, y, { epochs: 2, batchSize: 4, shuffle: false, ...silent });
    await set.fit(data.Dataset.fromTensorSlices([x, y]).batch(4), { epochs: 2, ...silent });
    await pieces.fit(new Pieces(), { epochs: 2, shuffle: false, ...silent });
    expect(numbersOf(set)).toEqual(numbersOf(arrays));
    expect(numbersOf(pieces)).toEqual(numbersOf(arrays));
  });

  it('says what to do with strings', async () => {
    await expect(compiled().fit(['a', 'b'] as never, y, silent)).rejects.toThrow('Turn them into numbers first');
  });

  it('begins with the epoch that it is told', async () => {
    const { epoch } = await compiled().fit(x, y, { epochs: 5, initialEpoch: 3, ...silent });
    expect(epoch).toEqual([3, 4]);
  });

  it('validates on the last rows, as often as asked', async () => {
    const { history } = await compiled().fit(x, y, { epochs: 4, validationSplit: 0.2, validationFreq: [2, 3], ...silent });
    expect(history['loss']).toHaveLength(4);
    expect(history['val_loss']).toHaveLength(2);
    const model = compiled();
    const { history: last } = await model.fit(x, y, { validationSplit: 0.2, ...silent });
    const alone = await model.evaluate(rows(x, 8, 10), rows(y, 8, 10), { returnDict: true, ...silent });
    expect(last['val_loss']?.[0]).toBe(alone['loss']);
  });

  it('weighs classes as it weighs the samples of those classes', async () => {
    const labels = ops.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
    const make = (): Model => {
      const model = network({ outputs: 3, activation: 'softmax' });
      model.compile({ optimizer: 'sgd', loss: 'sparse_categorical_crossentropy', weightedMetrics: ['accuracy'] });
      return model;
    };
    const [byClass, bySample] = [make(), make()];
    await byClass.fit(x, labels, { classWeight: { 1: 3, 2: 0.5 }, shuffle: false, ...silent });
    await bySample.fit(x, labels, { sampleWeight: ops.array([1, 3, 0.5, 1, 3, 0.5, 1, 3, 0.5, 1]), shuffle: false, ...silent });
    expect(numbersOf(byClass)).toEqual(numbersOf(bySample));
  });

  it('goes on with the data where the last epoch left it if it is told how many steps an epoch has', async () => {
    const seen: number[] = [];
    const batches = [1, 2, 3, 4].map((value) => [ops.full([2, 3], value), ops.full([2, 1], value)]);
    const source = {
      *[Symbol.iterator]() {
        for (const [index, batch] of batches.entries()) {
          seen.push(index);
          yield batch;
        }
      },
    };
    const model = compiled();
    await model.fit(source, { epochs: 2, stepsPerEpoch: 2, ...silent });
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('says that data ran out where more steps were asked for', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const once = (function* () {
      yield [waves(2, 3), waves(2, 1)];
    })();
    await compiled().fit(once, { stepsPerEpoch: 3, ...silent });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('Your input ran out of data'));
    warn.mockRestore();
  });

  it('calls callbacks between executions of several steps', async () => {
    const model = network();
    model.compile({ optimizer: 'sgd', loss: 'mse', stepsPerExecution: 2 });
    const seen: number[][] = [];
    const watch = new callbacks.LambdaCallback({
      onTrainBatchBegin: (batch) => void seen.push([batch]),
      onTrainBatchEnd: (batch) => void seen.at(-1)?.push(batch),
    });
    await model.fit(x, y, { batchSize: 2, callbacks: [watch], ...silent });
    expect(seen).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it('builds a model that does not know its input', async () => {
    const model = new Sequential([new layers.Dense(2, { activation: 'relu' }), new layers.Dense(1)]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y, { batchSize: 4, ...silent });
    expect(model.countParams()).toBe(3 * 2 + 2 + 2 + 1);
    expect((model.predict(x) as NDArray).shape).toEqual([10, 1]);
  });
});

describe('evaluate', () => {
  it('gives the values in the order of the metrics, or by name', async () => {
    const model = compiled();
    const list = (await model.evaluate(x, y, silent)) as number[];
    const named = await model.evaluate(x, y, { returnDict: true, ...silent });
    expect(list).toEqual([named['loss'], named['mae']]);
  });

  it('does not change weights', async () => {
    const model = compiled();
    const before = numbersOf(model);
    await model.evaluate(x, y, silent);
    expect(numbersOf(model)).toEqual(before);
  });
});

describe('steps on batches', () => {
  it('train as fit does, with metrics of that batch alone', async () => {
    const [steps, whole] = [compiled(), compiled()];
    await whole.fit(x, y, { batchSize: 5, shuffle: false, ...silent });
    const first = await steps.trainOnBatch(rows(x, 0, 5), rows(y, 0, 5), { returnDict: true });
    const second = await steps.trainOnBatch(rows(x, 5, 10), rows(y, 5, 10), { returnDict: true });
    expect(numbersOf(steps)).toEqual(numbersOf(whole));
    const mean = ((first['loss'] as number) + (second['loss'] as number)) / 2;
    expect(whole.history?.history['loss']?.[0]).toBeCloseTo(mean, 6);
  });

  it('test without training', async () => {
    const model = compiled();
    const before = numbersOf(model);
    const logs = await model.testOnBatch(x, y, { returnDict: true });
    expect(logs).toEqual(await model.evaluate(x, y, { returnDict: true, ...silent }));
    expect(numbersOf(model)).toEqual(before);
  });
});

describe('predict', () => {
  it('sees what training did to the weights, before and after', async () => {
    const model = compiled();
    for (let round = 0; round < 3; round++) {
      const eager = model(x) as Tensor;
      expect(Array.from((model.predict(x) as NDArray).data as Float32Array)).toEqual(close(eager.value, 5));
      await model.fit(x, y, { ...silent });
    }
  });

  it('takes batches one after the other', async () => {
    const model = compiled();
    const batches = [rows(x, 0, 4), rows(x, 4, 10)];
    const found = (await model.predict({ [Symbol.iterator]: () => batches[Symbol.iterator]() })) as NDArray;
    expect(found.shape).toEqual([10, 1]);
    expect(Array.from(found.data as Float32Array)).toEqual(close(model.predict(x), 6));
  });
});
