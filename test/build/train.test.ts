// Bundles with states: they train as the model itself does, and what they learned goes back into a .keras file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyWeights } from '../../compiler/build/apply-weights.ts';
import { build, Input, layers, loadModel, Model, ops, referenceStepCompiler, Sequential, setStepCompiler } from '../../compiler/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import type { TrainableModel } from '../../runtime/trainable-model.ts';
import { probeCompiler } from '../../targets/native/index.ts';
import { randomFloats } from '../ir/random-values.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const { compiler } = await probeCompiler();
const load = async (outDir: string): Promise<TrainableModel> => (await import(pathToFileURL(join(outDir, 'index.js')).href)).load();

const SAMPLES = 22;
const BATCH = 8;
const x = randomFloats(SAMPLES * 6, 5);
const y = Int32Array.from({ length: SAMPLES }, (_, sample) => sample % 3);
const array = (dtype: NDArray['dtype'], shape: number[], data: NDArray['data']): NDArray => ({ dtype, shape, data });

/** Dropout and batch statistics: a step has more state than weights. */
function classifier(): Model {
  const input = Input({ shape: [6], name: 'features' });
  const hidden = new layers.BatchNormalization({ name: 'norm' })(new layers.Dense(8, { activation: 'relu', name: 'hidden' })(input));
  const dropped = new layers.Dropout(0.25, { seed: 3 })(hidden);
  const model = new Model({
    inputs: input,
    outputs: new layers.Dense(3, { activation: 'softmax', name: 'scores' })(dropped),
    name: 'classifier',
  });
  model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
  return model;
}

const closeTo = (found: ArrayLike<number>, expected: ArrayLike<number>): number =>
  Math.max(0, ...Array.from(expected, (value, index) => Math.abs(value - (found[index] as number))));

describe.each(compiler ? (['node', 'native'] as const) : (['node'] as const))('a trainable bundle for %s', (target) => {
  const outDir = join(folder, target);
  const file = join(folder, `${target}.keras`);
  let model: Model;

  beforeAll(async () => {
    setStepCompiler(referenceStepCompiler);
    model = classifier();
    await model.save(file);
    const report = await build(file, { target, outDir, train: { batchSize: BATCH } });
    expect(report.largestDifference).toBeLessThan(1e-4);
    expect(report.verifiedVariants).toEqual(report.variants);
  });

  it('trains and evaluates as the model itself does', async () => {
    using bundle = await load(outDir);
    const whole = SAMPLES - (SAMPLES % BATCH);
    const own = await loadModel(file);
    const history = await own.fit(array('float32', [whole, 6], x.slice(0, whole * 6)), array('int32', [whole], y.slice(0, whole)), {
      epochs: 3,
      batchSize: BATCH,
      shuffle: false,
      verbose: 0,
    });
    const { history: found } = await bundle.fit({ x: x.slice(0, whole * 6), y: y.slice(0, whole) }, { epochs: 3, shuffle: false });
    expect(closeTo(found['loss'] as number[], history.history['loss'] as number[])).toBeLessThan(1e-4);
    expect(found['accuracy']).toEqual(history.history['accuracy']);
    const weights = bundle.getWeights();
    expect(Object.keys(weights).sort()).toEqual(own.weights.map(({ path }) => path).sort());
    for (const { path, value } of own.weights)
      expect(closeTo(weights[path] as Float32Array, value.data as Float32Array)).toBeLessThan(1e-3);
    const evaluated = await own.evaluate(array('float32', [SAMPLES, 6], x), array('int32', [SAMPLES], y), {
      batchSize: BATCH,
      verbose: 0,
      returnDict: true,
    });
    expect(Math.abs((bundle.evaluate({ x, y })['loss'] as number) - (evaluated['loss'] as number))).toBeLessThan(1e-3);
  });

  it('goes on bit by bit from what it saved, and gives a .keras file the weights', async () => {
    using whole = await load(outDir);
    using killed = await load(outDir);
    using resumed = await load(outDir);
    await whole.fit({ x, y }, { epochs: 4, seed: 7 });
    await killed.fit({ x, y }, { epochs: 2, seed: 7 });
    resumed.restore(killed.save());
    await resumed.fit({ x, y }, { initialEpoch: 2, epochs: 4, seed: 7 });
    expect(resumed.getWeights({ all: true })).toEqual(whole.getWeights({ all: true }));
    const saved = join(folder, `${target}.safetensors`);
    writeFileSync(saved, whole.save());
    const applied = await applyWeights(file, saved, join(folder, `${target}-trained.keras`));
    expect(applied.unused).toEqual([]);
    const trained = await loadModel(join(folder, `${target}-trained.keras`));
    const expected = (trained.predict(array('float32', [SAMPLES, 6], x)) as NDArray).data as Float32Array;
    expect(closeTo(whole.predict({ features: x })['scores'] as Float32Array, expected)).toBeLessThan(1e-5);
    expect(Number(trained.optimizer?.variables[0]?.value.data[0])).toBe(4 * Math.ceil(SAMPLES / BATCH));
  });

  it('says what is wrong with data', async () => {
    using bundle = await load(outDir);
    expect(() => bundle.evaluate({ x })).toThrow('the data has no y "scores"');
    expect(() => bundle.evaluate({ x, y: Float32Array.from(y) })).toThrow('y "scores" is Float32Array, expected Int32Array (int32)');
    expect(() => bundle.evaluate({ x: x.slice(1), y })).toThrow(/x "features" has 131 elements, 6 a sample/);
    expect(() => bundle.trainStep({ x, y })).toThrow(`a step takes ${BATCH} samples and was given ${SAMPLES}`);
    expect(() => bundle.setWeights({ 'hidden/kernel': new Float32Array(3) })).toThrow('"hidden/kernel" takes 48 elements of float32');
  });
});

describe('trainable bundles', () => {
  it('of a small model take few kilobytes besides the weights', async () => {
    const report = await build(classifier(), { target: 'browser', outDir: join(folder, 'small'), train: true });
    expect(report.code.brotli).toBeLessThan(20_000);
    expect(brotliCompressSync(readFileSync(join(report.outDir, 'index.js'))).length).toBeLessThan(8_000);
  });

  it('take several inputs and targets by name, and weights of samples', async () => {
    const [a, b] = [Input({ shape: [4], name: 'a' }), Input({ shape: [3], name: 'b' })];
    const joined = new layers.Concatenate()([new layers.Dense(5)(a), new layers.Dense(5)(b)]);
    const outputs = [new layers.Dense(1, { name: 'size' })(joined), new layers.Dense(3, { activation: 'softmax', name: 'kind' })(joined)];
    const model = new Model({ inputs: [a, b], outputs });
    model.compile({ optimizer: 'sgd', loss: { size: 'mse', kind: 'sparse_categorical_crossentropy' }, metrics: { kind: ['accuracy'] } });
    const report = await build(model, { target: 'node', outDir: join(folder, 'several'), train: { batchSize: 4, sampleWeights: true } });
    using bundle = await load(report.outDir);
    const data = {
      x: { a: randomFloats(40, 1), b: randomFloats(30, 2) },
      y: { size: randomFloats(10, 3), kind: y.slice(0, 10) },
      sampleWeight: new Float32Array(10).fill(1),
    };
    const { history } = await bundle.fit(data, { epochs: 20, validationData: data });
    expect(Object.keys(history).sort()).toEqual(
      ['kind_accuracy', 'kind_loss', 'loss', 'size_loss'].flatMap((name) => [name, `val_${name}`]).sort(),
    );
    expect(history['loss']?.at(-1)).toBeLessThan(history['loss']?.[0] as number);
    const ignored = bundle.evaluate({ ...data, sampleWeight: new Float32Array(10) });
    expect(ignored['loss']).toBe(0);
  });

  it('are made for a fixed number of samples where these depend on each other', async () => {
    const shuffled = new Sequential([
      Input({ shape: [4] }),
      new layers.Lambda((value: ops.TensorLike) => ops.subtract(value, ops.mean(value, { axis: 0, keepdims: true })) as never),
      new layers.Dense(1),
    ]);
    shuffled.compile({ optimizer: 'adam', loss: 'mse' });
    const report = await build(shuffled, { target: 'node', outDir: join(folder, 'dependent'), train: { batchSize: 5 } });
    expect(report.warnings.join()).toMatch(/predicts and evaluates 5 samples at a time/);
    using bundle = await load(report.outDir);
    expect(() => bundle.evaluate({ x: randomFloats(24, 1), y: randomFloats(6, 2) })).toThrow('evaluates 5 samples at a time');
    expect(bundle.evaluate({ x: randomFloats(40, 1), y: randomFloats(10, 2) })['loss']).toBeGreaterThan(0);
  });

  it('need a compiled model, and a target that keeps state', async () => {
    const model = new Sequential([Input({ shape: [2] }), new layers.Dense(1)]);
    await expect(build(model, { target: 'node', outDir: join(folder, 'none'), train: true })).rejects.toThrow('is not compiled');
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await expect(build(model, { target: 'c', outDir: join(folder, 'none'), train: true })).rejects.toThrow('cannot be trained');
  });
});

describe('a bundle of a stateful model', () => {
  it('keeps its state from one call to the next until it is reset', async () => {
    const input = Input({ batchShape: [2, 3, 4], name: 'steps' });
    const model = new Model({
      inputs: input,
      outputs: new layers.GRU(5, { stateful: true, name: 'memory' })(input),
      name: 'stateful',
    });
    const report = await build(model, { target: 'node', outDir: join(folder, 'stateful') });
    expect(report.largestDifference).toBeLessThan(1e-4);
    using bundle = await load(report.outDir);
    const steps = randomFloats(24, 9);
    const run = (): Float32Array => bundle.predict({ steps }, { copy: true })[report.outputs[0]?.name as string] as Float32Array;
    const [first, second] = [run(), run()];
    expect(second).not.toEqual(first);
    const own = [0, 1].map(() => (model.predict(array('float32', [2, 3, 4], steps)) as NDArray).data as Float32Array);
    expect(closeTo(first, own[0] as Float32Array)).toBeLessThan(1e-5);
    expect(closeTo(second, own[1] as Float32Array)).toBeLessThan(1e-5);
    bundle.resetState();
    expect(run()).toEqual(first);
    await expect(bundle.fit({ x: steps })).rejects.toThrow('cannot train');
  });
});
