// kerasc as a competitor of the training benchmark: one iteration is one optimizer step on a fixed batch, as `fit` does it.
import { loadModel, losses, type Model, optimizers, setStepCompiler, type Tensor, tensorOf, wasmStepCompiler } from '../compiler/index.ts';
import { type Prepared, serve } from './competitor.ts';

/** How the peers train each model. */
const CASES: Readonly<Record<string, { readonly batch: number; readonly loss: 'ce' | 'bce' | 'mse'; readonly classes?: number }>> = {
  mnist_mlp: { batch: 128, loss: 'ce', classes: 10 },
  mnist_cnn: { batch: 128, loss: 'ce', classes: 10 },
  lstm: { batch: 32, loss: 'bce' },
  resnet50: { batch: 8, loss: 'ce', classes: 1000 },
  transformer_block: { batch: 8, loss: 'mse' },
};

async function prepare(): Promise<Prepared> {
  const [folder, name, threads = '1', target = 'native'] = process.argv.slice(2);
  const settings = name === undefined ? undefined : CASES[name];
  if (!folder || !settings) throw new Error(`usage: train-competitor.ts MODELS ${Object.keys(CASES).join('|')} [THREADS] [native|wasm]`);
  process.env['KERASC_THREADS'] = threads;
  if (target === 'wasm') setStepCompiler(wasmStepCompiler);
  const model = (await loadModel(`${folder}/${name}.keras`)) as Model;
  compileLikePeers(model, settings.loss);
  const [x, y] = fixedBatch(model, settings);
  const started = performance.now();
  const run = (): Promise<number | number[]> => model.trainOnBatch(x, y);
  const loss = await run();
  return { facts: { version: target, first_loss: loss, compile_s: (performance.now() - started) / 1000 }, run };
}

function compileLikePeers(model: Model, loss: 'ce' | 'bce' | 'mse'): void {
  const optimizer =
    model.name === 'resnet50' ? new optimizers.SGD({ learningRate: 1e-3, momentum: 0.9 }) : new optimizers.Adam({ learningRate: 1e-4 });
  const makers = {
    ce: () => new losses.SparseCategoricalCrossentropy(),
    bce: () => new losses.BinaryCrossentropy(),
    mse: () => new losses.MeanSquaredError(),
  };
  model.compile({ optimizer, loss: makers[loss]() });
}

function fixedBatch(model: Model, { batch, loss, classes = 2 }: { batch: number; loss: string; classes?: number }): [Tensor, Tensor] {
  const { dtype, shape: inputShape } = model.inputs[0] as Model['inputs'][number];
  const shape = [batch, ...(inputShape.slice(1) as number[])];
  const x = dtype === 'int32' ? filled('int32', shape, (index) => (index * 7919) % 20000) : filled('float32', shape, wave);
  if (loss === 'mse') return [x, filled('float32', shape, (index) => wave(index + 1))];
  const y =
    loss === 'bce' ? filled('float32', [batch, 1], (index) => index % 2) : filled('int32', [batch], (index) => (index * 37) % classes);
  return [x, y];
}

/** Numbers between 0 and 1 that look like noise. */
const wave = (index: number): number => Math.abs(Math.sin(index * 12.9898) * 43758.5453) % 1;

function filled(dtype: 'float32' | 'int32', shape: readonly number[], valueAt: (index: number) => number): Tensor {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const values = { length } as ArrayLike<number>;
  const fill = (_: number, index: number): number => valueAt(index);
  return tensorOf(dtype, shape, dtype === 'int32' ? Int32Array.from(values, fill) : Float32Array.from(values, fill));
}

await serve(prepare);
