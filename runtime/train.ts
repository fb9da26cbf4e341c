// The runtime of bundles with states: those that can be trained, and models that keep something between calls.
import { fail } from './fail.ts';
import { checkFile } from './files.ts';
import { type BundleSource, type LoadOptions, loadProgram, locate, read } from './load.ts';
import type { Manifest } from './manifest.ts';
import { Model } from './model.ts';
import { StepProgram } from './step-program.ts';
import { TrainableModel } from './trainable-model.ts';
import { checkTraining, STATES_FILE, TRAINING_FILE } from './training.ts';

export type { BundleSource, LoadOptions } from './load.ts';
export type { FitOptions, History, Logs, TrainableModel } from './trainable-model.ts';
export type { TrainingData } from './training-data.ts';

/**
 * Loads a bundle that `kerasc build --train` wrote.
 *
 * @example
 * const model = await load('/models/digits/');
 * await model.fit({ x: images, y: labels }, { epochs: 3 });
 */
export async function load(source: BundleSource, options: LoadOptions = {}): Promise<TrainableModel> {
  const program = await loadProgram(source, options);
  const { manifest, variant, memory, exports } = program;
  const find = locate(source);
  const get = (name: string): Promise<Uint8Array> => readChecked(name, manifest, (limit) => read(find(name), () => {}, limit, options));
  const info = checkTraining(JSON.parse(new TextDecoder().decode(await get(TRAINING_FILE))), manifest, variant);
  const layout = info.layouts[variant.name] as (typeof info.layouts)[string];
  const call = (entry: string): void => (exports[entry] as () => void)();
  for (const entry in info.entries) if (typeof exports[entry] !== 'function') fail(`${variant.code} has no entry ${entry}.`);
  const { offset, bytes } = layout.states;
  const machine = { memory, states: new Uint8Array(memory, offset, bytes), run: call, release: () => {} };
  const model = new Model(manifest, variant, memory, () => call('predict'));
  return new TrainableModel(model, new StepProgram(info, layout, machine), await get(STATES_FILE));
}

export async function readChecked(name: string, manifest: Manifest, readFile: (limit: number) => Promise<Uint8Array>): Promise<Uint8Array> {
  const { bytes } = manifest.files[name] ?? fail(`the bundle has no ${name}: it was built without --train.`);
  const file = await readFile(bytes);
  await checkFile(name, file, manifest);
  return file;
}
