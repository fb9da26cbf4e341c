// kerasc as a competitor of the native benchmark: builds a model for this machine, checks it, and runs it when told.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Prepared, serve } from './competitor.ts';
import { type NpyArray, readNpz } from './read-npz.ts';

/** What a bundle's `index.js` gives. */
interface LoadedModel {
  readonly variant: string;
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly { readonly name: string }[];
  predict(inputs: Readonly<Record<string, ArrayBufferView>>): Readonly<Record<string, ArrayLike<number>>>;
}

interface Arguments {
  readonly model: string;
  readonly threads: number;
  readonly batch: number;
  /** A bundle that was built before; otherwise it is built now. */
  readonly bundle: string | undefined;
}

function readArguments(): Arguments {
  const [model, threads = '1', batch = '1', bundle] = process.argv.slice(2);
  if (!model) throw new Error('usage: native-competitor.ts MODEL.keras [THREADS] [BATCH] [BUNDLE_DIR]');
  return { model, threads: Number(threads), batch: Number(batch), bundle };
}

async function buildBundle(model: string, batch: number): Promise<string> {
  const { build } = await import('../compiler/index.ts');
  const outDir = join(mkdtempSync(join(tmpdir(), 'kerasc-bench-')), 'bundle');
  await build(model, { target: 'native', outDir, batch });
  return outDir;
}

async function prepare(): Promise<Prepared> {
  const { model: path, threads, batch, bundle } = readArguments();
  const started = performance.now();
  const folder = bundle ?? (await buildBundle(path, batch));
  const built = performance.now();
  const { load } = (await import(pathToFileURL(join(resolve(folder), 'index.js')).href)) as { load(options: object): Promise<LoadedModel> };
  const model = await load({ threads });
  const arrays = readNpz(path.replace(/\.keras$/, '.npz'));
  const inputs = { [model.inputs[0]?.name as string]: repeat(arrays.get('x') as NpyArray, batch) };
  const output = model.predict(inputs)[model.outputs[0]?.name as string] as ArrayLike<number>;
  const { data: expected } = arrays.get('y') as NpyArray;
  const times = { build_s: (built - started) / 1000, load_s: (performance.now() - built) / 1000 };
  return { facts: { max_err: largestDifference(output, expected), version: model.variant, ...times }, run: () => model.predict(inputs) };
}

/** The sample as often as the batch has places. */
function repeat({ data }: NpyArray, batch: number): Float32Array | Int32Array {
  const repeated = data instanceof Float32Array ? new Float32Array(data.length * batch) : new Int32Array(data.length * batch);
  for (let sample = 0; sample < batch; sample++) repeated.set(data, sample * data.length);
  return repeated;
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs((actual[i] as number) - (expected[i] as number)));
  return largest;
}

await serve(prepare);
