// Replays models that other people trained and published: the file, the input it was fed, the output that must come.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { layers, loadModel, type Model, Sequential, type Tensor, tensorOf } from '../../compiler/index.ts';
import { flatten, type Nested } from '../../compiler/keras/engine/structure.ts';
import { Mismatch, type Outcome, Skip } from './case.ts';
import { unknownClass } from './deserialize.ts';
import { hostValues } from './host-values.ts';
import { elementsOf, readSafetensors, type StoredTensor } from './read-safetensors.ts';

interface RealTensor {
  readonly tensor: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly feed_dtype?: string;
  readonly feed?: string;
  readonly divide_by?: number;
  readonly subtract?: number;
}

/** What stands in `NAME.json`; the README of the golden data explains it. */
export interface RealModel {
  readonly name: string;
  readonly kind?: string;
  readonly format: string;
  readonly inputs: readonly RealTensor[];
  readonly outputs: readonly RealTensor[];
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

/** Models whose file has weights alone. */
const ARCHITECTURES: Readonly<Record<string, () => Model>> = {
  'board-to-fen-weights-h5': () =>
    new Sequential([
      new layers.Conv2D(50, 3, { activation: 'relu', name: 'conv2d_1', inputShape: [50, 50, 3] }),
      new layers.MaxPooling2D(2, { name: 'max_pooling2d_1' }),
      new layers.Conv2D(100, 3, { activation: 'relu', name: 'conv2d_2' }),
      new layers.MaxPooling2D(2, { name: 'max_pooling2d_2' }),
      new layers.Conv2D(100, 3, { activation: 'relu', name: 'conv2d_3' }),
      new layers.Flatten({ name: 'flatten_1' }),
      new layers.Dense(100, { activation: 'relu', name: 'dense_1' }),
      new layers.Dense(13, { activation: 'softmax', name: 'dense_2' }),
    ]),
};

/** The descriptions in a folder. */
export function readRealModels(folder: string): RealModel[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RealModel);
}

export async function runReal(real: RealModel, folder: string, models: string | undefined): Promise<Outcome> {
  const id = `real/${real.name}`;
  try {
    await replay(real, folder, models);
    return { id, status: 'passed' };
  } catch (error) {
    const skip = error instanceof Skip ? error : unknownClass(error);
    if (skip) return { id, status: 'skipped', reason: skip.message };
    return { id, status: 'failed', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

async function replay(real: RealModel, folder: string, models: string | undefined): Promise<void> {
  if (real.kind === 'training trace') throw new Skip('training is not there yet');
  if (!/keras|layers-model/.test(real.format)) throw new Skip(`format ${real.format.replace(/[,(].*/, '').trim()} is not there yet`);
  const model = await load(real, modelFile(real, models));
  const tensors = readSafetensors(join(folder, `${real.name}.safetensors`));
  const inputs = real.inputs.map((input) => feed(input, tensors.get(input.tensor) as StoredTensor));
  const outputs = flatten(model.predict(inputs.length === 1 ? (inputs[0] as Tensor) : inputs, { verbose: 0 }) as Nested<unknown>);
  const problems = real.outputs.flatMap((output, index) =>
    outputProblems(outputs[index], tensors.get(output.tensor) as StoredTensor, output, real.tolerance),
  );
  if (problems.length > 0) throw new Mismatch(problems);
}

async function load(real: RealModel, path: string): Promise<Model> {
  if (!real.format.includes('weights-only')) return loadModel(path);
  const build = ARCHITECTURES[real.name];
  if (!build) throw new Skip('a file of weights whose architecture is not written down here');
  const model = build();
  await model.loadWeights(path, { byName: true });
  return model;
}

/** The model's file, taken out of its package beforehand, or in node_modules. */
function modelFile({ name }: RealModel, models: string | undefined): string {
  if (models !== undefined && existsSync(join(models, name))) {
    const files = readdirSync(join(models, name));
    const main = files.find((file) => file === 'model.json') ?? files.find((file) => /\.(keras|h5|hdf5)$/.test(file));
    if (main) return join(models, name, main);
  }
  if (name.startsWith('upscalerjs-default'))
    return join(dirname(createRequire(import.meta.url).resolve('@upscalerjs/default-model/package.json')), 'models/model.json');
  throw new Skip(`${name}: the model is not in the folder given by --models (see test/golden/README.md)`);
}

/** The tensor as the model takes it: converted, divided, shifted. */
function feed({ shape, feed: formula, divide_by: divisor = 1, subtract = 0 }: RealTensor, stored: StoredTensor): Tensor {
  if (formula !== undefined) throw new Skip(`inputs fed by the formula ${formula}`);
  const elements = elementsOf(stored);
  const data = Float32Array.from({ length: elements.length }, (_, index) => Math.fround(Number(elements[index]) / divisor) - subtract);
  return tensorOf('float32', shape, data);
}

function outputProblems(
  actual: unknown,
  stored: StoredTensor,
  { name, shape }: RealTensor,
  { atol, rtol }: RealModel['tolerance'],
): string[] {
  const values = hostValues(actual as never);
  const wanted = elementsOf(stored);
  if (values.length !== wanted.length) return [`${name} has ${values.length} elements, expected ${wanted.length} of shape [${shape}]`];
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    const b = Number(wanted[i]);
    const excess = Math.abs(Number(values[i]) - b) / (atol + rtol * Math.abs(b));
    worst = Math.max(worst, Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess);
  }
  return worst <= 1 ? [] : [`${name} differs by ${worst.toPrecision(3)} times the tolerance`];
}
