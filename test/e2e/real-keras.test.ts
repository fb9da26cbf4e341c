import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../compiler/formats/index.ts';
import { loadModel, type Model, ops, type Tensor } from '../../compiler/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { flatten, packLike } from '../../compiler/keras/engine/structure.ts';
import type { Case, Json } from '../conformance/case.ts';
import { differences } from '../conformance/compare.ts';
import { createContext } from '../conformance/context.ts';
import '../conformance/groups/position-embedding.ts';
import { readCases } from '../conformance/run.ts';
import { chooseTarget } from '../conformance/target.ts';
import { closenessFor } from '../conformance/tolerances.ts';
import { kerasMissing, runPython } from '../formats/keras-peer.ts';
import { modelsForKeras } from './models-for-keras.ts';

// Kernels have their own tests; here weights and graphs matter.
await chooseTarget('reference');

const GOLDEN = fileURLToPath(new URL('../golden/conformance', import.meta.url));
const context = createContext(GOLDEN, 'models');
const nameOf = ({ id }: Case): string => id.split('/')[1] as string;

/** Every golden model that loads; the others test refusals. */
const CASES = readCases(GOLDEN, 'models').filter((item) => item['loads_by_default'] !== false);

const scratch = mkdtempSync(join(tmpdir(), 'kerasc-peer-'));
const at = (name: string, ending: string): string => join(scratch, `${name}.${ending}`);
afterAll(() => rmSync(scratch, { recursive: true }));

async function saveAll(name: string, model: Model): Promise<void> {
  await model.save(at(name, 'keras'));
  await model.saveWeights(at(name, 'weights.h5'));
  writeFileSync(at(name, 'json'), model.toJson());
}

const saveGolden = async (item: Case): Promise<void> => saveAll(nameOf(item), await loadModel(join(GOLDEN, String(item['keras']))));

const MADE = modelsForKeras().map((made) => ({ ...made, outputs: predictFlat(made.model, made.inputs) }));

function predictFlat(model: Model, inputs: readonly Tensor[]): NDArray[] {
  return flatten(model.predict(packLike(model.input, inputs) as never, { verbose: 0 }));
}

/** Inputs and outputs of the models made here; 16 bit floats do not occur among them. */
function writeMade(): void {
  const entries = MADE.flatMap(({ name, inputs, outputs }): [string, NDArray][] => [
    ...inputs.map((tensor, index): [string, NDArray] => [`${name}/in/${index}`, tensor.value]),
    ...outputs.map((value, index): [string, NDArray] => [`${name}/out/${index}`, value]),
  ]);
  writeFileSync(join(scratch, 'made.safetensors'), writeSafetensors(new Map(entries)));
}

function expectOutputs(model: Model, item: Case): void {
  const outputs = model.predict(context.decode(item['inputs'] as Json) as never, { verbose: 0, batchSize: 1024 });
  expect(differences(outputs, context.decode(item['outputs'] as Json), closenessFor(item))).toEqual([]);
}

/** Sets all weights to 0, so that loading them shows. */
function empty(model: Model): void {
  for (const weight of model.weights) weight.assign(ops.zerosLike(weight));
}

const missing = kerasMissing();
const report = new Map<string, readonly unknown[]>();

beforeAll(async () => {
  if (missing) return;
  for (const item of CASES) await saveGolden(item).catch((error: unknown) => report.set(nameOf(item), [error]));
  for (const { name, model } of MADE) await saveAll(name, model);
  writeMade();
  const saved = [...CASES.map(nameOf), ...MADE.map(({ name }) => name)].filter((name) => !report.has(name));
  writeFileSync(join(scratch, 'names.txt'), saved.join('\n'));
  const script = readFileSync(new URL('real_keras.py', import.meta.url), 'utf8');
  const { status, stdout, stderr } = runPython(script, [GOLDEN, scratch]);
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { name, problems } = JSON.parse(line) as { name: string; problems: readonly string[] };
    report.set(name, problems);
  }
  if (status !== 0) throw new Error(stderr.slice(-2000));
}, 300_000);

describe.skipIf(missing)(`real Keras${missing ? ` (${missing})` : ''}`, () => {
  it.each(CASES.map((item) => [nameOf(item), item] as const))(
    'opens what is saved of %s, and kerasc what Keras saves then',
    async (name, item) => {
      expect(report.get(name)).toEqual([]);
      expectOutputs(await loadModel(at(name, 'back.keras')), item);
      const emptied = await loadModel(at(name, 'back.keras'));
      empty(emptied);
      await emptied.loadWeights(at(name, 'back.weights.h5'));
      expectOutputs(emptied, item);
      if ('h5' in item) expectOutputs(await loadModel(at(name, 'back.h5')), item);
    },
  );

  it.each(MADE.map((made) => [made.name, made] as const))('opens the model made here: %s', async (name, { inputs, outputs }) => {
    expect(report.get(name)).toEqual([]);
    const back = await loadModel(at(name, 'back.keras'));
    expect(differences(predictFlat(back, inputs), outputs, { tolerance: 0 })).toEqual([]);
    empty(back);
    await back.loadWeights(at(name, 'back.weights.h5'));
    expect(differences(predictFlat(back, inputs), outputs, { tolerance: 0 })).toEqual([]);
  });
});
