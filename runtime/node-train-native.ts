// The runtime of native bundles with states: the variables lie in memory that the library and JavaScript share.
import type { Region } from './manifest.ts';
import { Model } from './model.ts';
import { chosenVariant, type NativeLoadOptions, openLibrary, readBundleFile } from './node-native.ts';
import { StepProgram } from './step-program.ts';
import { readChecked } from './train.ts';
import { TrainableModel } from './trainable-model.ts';
import { checkTraining, type ProgramLayout, STATES_FILE, TRAINING_FILE } from './training.ts';

/** Loads a native bundle that can be trained, from the URLs of its files. */
export async function load(files: Readonly<Record<string, URL>>, options: NativeLoadOptions = {}): Promise<TrainableModel> {
  const { manifest, addon, native } = await openLibrary(files, options);
  const variant = chosenVariant(manifest, native);
  const get = (name: string): Promise<Uint8Array> => readChecked(name, manifest, () => readBundleFile(files, name));
  const info = checkTraining(JSON.parse(new TextDecoder().decode(await get(TRAINING_FILE))), manifest, variant);
  const layout = info.layouts[variant.name] as ProgramLayout;
  const regions = Object.values(layout.entries).flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const block = addon.allocate(Math.max(0, ...regions.map(({ offset, bytes }) => offset + bytes)));
  const view = ({ offset, bytes }: Region): Uint8Array => new Uint8Array(block, offset, bytes);
  const entries = new Map(
    Object.entries(layout.entries).map(([name, { inputs, outputs }], number) => [
      name,
      { number, inputs: inputs.map(view), outputs: outputs.map(view) },
    ]),
  );
  const run = (entry: string): void => {
    const { number, inputs, outputs } = entries.get(entry) as { number: number; inputs: Uint8Array[]; outputs: Uint8Array[] };
    native.runEntry(number, inputs, outputs);
  };
  const machine = { memory: block, states: new Uint8Array(native.states ?? new ArrayBuffer(0)), run, release: () => native.dispose() };
  const model = new Model(manifest, variant, block, () => run('predict'));
  return new TrainableModel(model, new StepProgram(info, layout, machine), await get(STATES_FILE));
}
