// Callbacks in real training: what they write, what they change, and how a killed run goes on.
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callbacks, Input, layers, loadModel, Model, ops, optimizers, utils } from '../../../compiler/index.ts';
import { formatPath } from '../../../compiler/keras/callbacks/format-path.ts';
import { formatPython } from '../../../compiler/keras/callbacks/format-python.ts';
import { Progbar } from '../../../compiler/keras/callbacks/progbar.ts';
import { network, numbersOf, silent, waves } from '../training/small-models.ts';

const x = waves(12, 3);
const y = waves(12, 1, 0.5);
const folder = (): string => mkdtempSync(join(tmpdir(), 'kerasc-callbacks-'));

function compiled(): Model {
  const model = network();
  model.compile({ optimizer: new optimizers.Adam(0.05), loss: 'mse', metrics: ['mae'] });
  return model;
}

/** A model with all that a run depends on: dropout, moving statistics, momentum. */
function restless(): Model {
  utils.setRandomSeed(3);
  const input = Input({ shape: [3] });
  let inner = new layers.Dense(8, { activation: 'relu' })(input);
  inner = new layers.BatchNormalization()(new layers.Dropout(0.3)(inner));
  const model = new Model({ inputs: input, outputs: new layers.Dense(1)(inner) });
  model.compile({ optimizer: new optimizers.Adam(0.02), loss: 'mse', metrics: ['mae'] });
  return model;
}

describe('BackupAndRestore', () => {
  /** Throws in the middle of an epoch, as if the process had been killed. */
  const killer = (steps: number): callbacks.Callback => {
    let left = steps;
    return new callbacks.LambdaCallback({
      onTrainBatchEnd: () => {
        left -= 1;
        if (left === 0) throw new Error('killed');
      },
    });
  };

  for (const steps of [1, 4, 5, 8, 11]) {
    it(`goes on after ${steps} steps with the numbers of a run that was not killed`, async () => {
      const options = { epochs: 3, batchSize: 3, ...silent };
      const whole = restless();
      const plateau = (): callbacks.Callback =>
        new callbacks.ReduceLROnPlateau({ monitor: 'loss', patience: 1, factor: 0.5, minDelta: 10 });
      const expected = await whole.fit(x, y, { ...options, callbacks: [plateau()] });
      const backup = folder();
      const save = (): callbacks.Callback => new callbacks.BackupAndRestore(backup, { saveFreq: 1 });
      const killed = restless();
      await expect(killed.fit(x, y, { ...options, callbacks: [save(), plateau(), killer(steps)] })).rejects.toThrow('killed');
      utils.setRandomSeed(99);
      const resumed = restless();
      utils.setRandomSeed(98);
      const { history } = await resumed.fit(x, y, { ...options, callbacks: [save(), plateau()] });
      expect(numbersOf(resumed)).toEqual(numbersOf(whole));
      const epochs = history['loss']?.length as number;
      expect(history['loss']).toEqual(expected.history['loss']?.slice(-epochs));
      expect(history['mae']).toEqual(expected.history['mae']?.slice(-epochs));
      expect(existsSync(backup)).toBe(false);
    });
  }

  it('goes on with the next epoch if it saves by epoch', async () => {
    const whole = restless();
    await whole.fit(x, y, { epochs: 4, batchSize: 5, ...silent });
    const backup = folder();
    const stop = new callbacks.LambdaCallback({
      onEpochBegin: (epoch) => {
        if (epoch === 2) throw new Error('killed');
      },
    });
    await expect(
      restless().fit(x, y, { epochs: 4, batchSize: 5, callbacks: [new callbacks.BackupAndRestore(backup), stop], ...silent }),
    ).rejects.toThrow('killed');
    const resumed = restless();
    utils.setRandomSeed(98);
    const { epoch } = await resumed.fit(x, y, { epochs: 4, batchSize: 5, callbacks: [new callbacks.BackupAndRestore(backup)], ...silent });
    expect(epoch).toEqual([2, 3]);
    expect(numbersOf(resumed)).toEqual(numbersOf(whole));
  });
});

describe('ModelCheckpoint', () => {
  it('saves models that go on where they were, optimizer included', async () => {
    const path = join(folder(), 'deep', 'model_{epoch:02d}.keras');
    const model = compiled();
    await model.fit(x, y, { epochs: 4, shuffle: false, callbacks: [new callbacks.ModelCheckpoint(path)], ...silent });
    expect(readdirSync(join(path, '..')).sort()).toEqual([1, 2, 3, 4].map((epoch) => `model_0${epoch}.keras`));
    const loaded = await loadModel(path.replace('{epoch:02d}', '02'));
    const { history } = await loaded.fit(x, y, { epochs: 2, shuffle: false, ...silent });
    expect(history['loss']).toEqual(model.history?.history['loss']?.slice(2));
    expect(numbersOf(loaded)).toEqual(numbersOf(model));
  });

  it('saves after every so many batches', async () => {
    const path = join(folder(), '{epoch}-{batch}.weights.h5');
    const checkpoint = new callbacks.ModelCheckpoint(path, { saveWeightsOnly: true, saveFreq: 3 });
    await compiled().fit(x, y, { epochs: 2, batchSize: 3, callbacks: [checkpoint], ...silent });
    expect(readdirSync(join(path, '..')).sort()).toEqual(['1-3.weights.h5', '2-2.weights.h5']);
  });
});

describe('SwapEMAWeights', () => {
  it('evaluates the average and trains the weights', async () => {
    const model = network();
    model.compile({ optimizer: new optimizers.SGD(0.1, { useEma: true, emaMomentum: 0.5 }), loss: 'mse' });
    const [weight, average] = [0, 1].map(() => [] as number[]) as [number[], number[]];
    const first = (): number => numbersOf(model)[0] as number;
    const watch = new callbacks.LambdaCallback({
      onTrainBatchEnd: () => void weight.push(first()),
      onTestBatchEnd: () => void average.push(first()),
    });
    await model.fit(x, y, {
      epochs: 2,
      batchSize: 12,
      validationData: [x, y],
      callbacks: [new callbacks.SwapEMAWeights(), watch],
      ...silent,
    });
    // The average begins as the first weights, then takes half of the next ones.
    expect(average[0]).toBe(weight[0]);
    expect(average[1]).toBeCloseTo(((weight[0] as number) + (weight[1] as number)) / 2, 6);
  });

  it('asks for an optimizer that keeps averages', async () => {
    const fit = compiled().fit(x, y, { validationData: [x, y], callbacks: [new callbacks.SwapEMAWeights()], ...silent });
    await expect(fit).rejects.toThrow('`use_ema=True`');
  });
});

describe('CSVLogger', () => {
  it('goes on with a file', async () => {
    const path = join(folder(), 'log.csv');
    for (const append of [false, true])
      await compiled().fit(x, y, { epochs: 2, callbacks: [new callbacks.CSVLogger(path, { append })], ...silent });
    const lines = readFileSync(path, 'utf8').split('\r\n');
    expect(lines[0]).toBe('epoch,loss,mae,val_loss,val_mae');
    expect(lines.slice(1, 5).map((line) => line.split(',')[0])).toEqual(['0', '1', '0', '1']);
    expect(lines).toHaveLength(6);
  });
});

describe('RemoteMonitor', () => {
  it('posts the logs of each epoch', async () => {
    const bodies: unknown[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        bodies.push(JSON.parse(text));
        response.end();
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await compiled().fit(x, y, { epochs: 2, callbacks: [new callbacks.RemoteMonitor({ root, sendAsJson: true })], ...silent });
    server.close();
    expect(bodies).toEqual([0, 1].map((epoch) => ({ epoch, loss: expect.any(Number), mae: expect.any(Number) })));
  });
});

describe('hooks', () => {
  it('are waited for', async () => {
    const order: string[] = [];
    const slow = new callbacks.LambdaCallback({
      onEpochEnd: async (epoch) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`slow ${epoch}`);
      },
    });
    const next = new callbacks.LambdaCallback({ onEpochBegin: (epoch) => void order.push(`begin ${epoch}`) });
    await compiled().fit(x, y, { epochs: 2, callbacks: [slow, next], ...silent });
    expect(order).toEqual(['begin 0', 'slow 0', 'begin 1', 'slow 1']);
  });

  it('may stop training after a batch', async () => {
    const model = compiled();
    const stop = new callbacks.LambdaCallback({
      onTrainBatchEnd: () => {
        model.stopTraining = true;
      },
    });
    await model.fit(x, y, { epochs: 5, batchSize: 3, callbacks: [stop], ...silent });
    expect(Number(model.optimizer?.iterations.item())).toBe(1);
  });
});

describe('text', () => {
  it('formats floats and paths as Python does', () => {
    expect([1, 0.25, 1e-5, 1e16, 123456789, -0.5, Number.NaN, Number.POSITIVE_INFINITY].map(formatPython)).toEqual([
      '1.0', '0.25', '1e-05', '1e+16', '123456789.0', '-0.5', 'nan', 'inf',
    ]); // biome-ignore format: one list
    expect(formatPath('m_{epoch:03d}_{val_loss:.3f}_{acc}.keras', { epoch: 7, val_loss: -0.12345, acc: 1 })).toBe('m_007_-0.123_1.0.keras');
    expect(() => formatPath('{nope}.keras', { epoch: 1 })).toThrow("'nope'");
  });

  it('prints one line for an epoch where there is no terminal', () => {
    const parts: string[] = [];
    let time = 0;
    const stream = { write: (part: string) => parts.push(part) } as unknown as NodeJS.WritableStream;
    const bar = new Progbar({ target: 3, verbose: 1, stream, now: () => time });
    for (let step = 1; step <= 3; step++) {
      time += 1000 * step;
      bar.update(step, { loss: 1 / step });
    }
    bar.update(3, { accuracy: 0.5, loss: 0.0001 }, true);
    expect(parts.join('')).toBe('3/3 - 6s - 3s/step - accuracy: 0.5000 - loss: 1.0000e-04\n');
  });
});

describe('EarlyStopping', () => {
  it('gives the best weights back', async () => {
    const model = compiled();
    const seen: { loss: number; weights: number[] }[] = [];
    const watch = new callbacks.LambdaCallback({
      onEpochEnd: (_epoch, logs) => void seen.push({ loss: logs['val_loss'] as number, weights: numbersOf(model) }),
    });
    const stop = new callbacks.EarlyStopping({ patience: 2, restoreBestWeights: true });
    const validationData = [x, ops.multiply(y, -1)];
    await model.fit(x, y, { epochs: 30, batchSize: 3, shuffle: false, validationData, callbacks: [watch, stop], ...silent });
    const best = seen.reduce((found, one) => (one.loss < found.loss ? one : found));
    expect(seen.length).toBeLessThan(30);
    expect(numbersOf(model)).toEqual(best.weights);
  });
});
