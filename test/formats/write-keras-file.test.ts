import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import {
  type ModelFile,
  readModelBytes,
  readModelFile,
  type WeightGroup,
  type WeightTree,
  type WeightTreeInput,
  writeKerasFile,
  writeWeightsFile,
} from '../../compiler/formats/index.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';
import { kerasMissing, runPython } from './keras-peer.ts';

const golden = fileURLToPath(new URL('../golden/conformance/models/files/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'kerasc-write-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const vector = (...values: number[]) => ndarray('float32', [values.length], Float32Array.from(values));
const config = { module: 'keras', class_name: 'Sequential', config: { name: 's', rate: Number.POSITIVE_INFINITY } };
const weights: WeightTreeInput = {
  name: 's',
  children: new Map([
    [
      'layers',
      {
        children: new Map([
          ['dense', { name: 'first', vars: [vector(1, 2), vector(3)] }],
          ['dense_1', { vars: [vector(4)] }],
        ]),
      },
    ],
    ['optimizer', { named: new Map([['rate', vector(5)]]) }],
  ]),
};

/** What was read as what can be written. */
function asInput(group: WeightGroup): WeightTreeInput {
  const name = group.attributes.get('name');
  const children = new Map([...group.children].map(([key, child]) => [key, asInput(child)]));
  return { named: group.named, children, ...(typeof name === 'string' && { name }) };
}

const rewrite = (model: ModelFile): Promise<Uint8Array> =>
  writeKerasFile({ config: model.config ?? {}, weights: asInput((model.weights as WeightTree).root), assets: model.assets });

describe('writeKerasFile', () => {
  it('writes what is read back the same', async () => {
    const assets = new Map([['layers/text/vocabulary.txt', Uint8Array.of(97, 10)]]);
    const model = await readModelBytes(await writeKerasFile({ config, weights, assets }), 'model.keras');
    expect(model).toMatchObject({ format: 'keras', config, kerasVersion: '3.15.1' });
    expect(model.assets).toEqual(assets);
    const tree = model.weights as WeightTree;
    expect(tree.group('layers/dense')?.vars.map((array) => [...array.data])).toEqual([[1, 2], [3]]);
    expect(tree.group('layers/dense')?.attributes.get('name')).toBe('first');
    expect(tree.group('layers/dense_1')?.vars).toEqual([vector(4)]);
    expect(tree.group('optimizer')?.named.get('rate')).toEqual(vector(5));
  });

  it('gives the same bytes for the same model', async () => {
    expect(await writeKerasFile({ config, weights })).toEqual(await writeKerasFile({ config, weights }));
  });

  it('writes the date where it is given one', async () => {
    const bytes = await writeKerasFile({ config, weights, savedAt: new Date('2026-01-31T23:59:58Z') });
    expect(new TextDecoder('latin1').decode(bytes)).toContain('"date_saved":"2026-01-31@23:59:58"');
  });

  it('refuses assets and groups that would lead elsewhere', async () => {
    const assets = new Map([['../evil', new Uint8Array(1)]]);
    await expect(writeKerasFile({ config, weights, assets })).rejects.toThrow(FormatError);
    await expect(writeWeightsFile({ children: new Map([['..', { vars: [] }]]) })).rejects.toThrow(FormatError);
  });
});

const reason = existsSync(golden) ? kerasMissing() : 'no golden models';
describe.skipIf(reason)(`real Keras${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const compare = `
import sys, keras, numpy as np
for i in range(1, len(sys.argv), 2):
    a, b = (keras.saving.load_model(p, compile=True) for p in sys.argv[i:i + 2])
    assert a.get_config() == b.get_config(), sys.argv[i]
    assert len(a.weights) == len(b.weights)
    for u, v in zip(a.weights, b.weights):
        assert u.dtype == v.dtype and np.array_equal(np.asarray(u.value).view("u1"), np.asarray(v.value).view("u1")) if u.shape else float(u.value) == float(v.value), u.path
    print("same", len(a.weights))
`;

  it('loads rewritten models with equal configs and weights', async () => {
    const names = ['residual_cnn', 'siamese', 'bidirectional_gru', 'multi_output_dict', 'mixed_float16_cnn', 'preprocessing_text'];
    const paths: string[] = [];
    for (const name of names) {
      const original = join(golden, `${name}.keras`);
      const copy = join(scratch, `${name}.keras`);
      writeFileSync(copy, await rewrite(await readModelFile(original)));
      paths.push(original, copy);
    }
    const { status, stdout, stderr } = runPython(compare, paths);
    expect([status, stderr.slice(-2000)]).toEqual([0, expect.anything()]);
    expect(stdout.match(/^same/gm)).toHaveLength(names.length);
  }, 300_000);

  it('reads and writes weights of 16-bit floats as Keras has them', async () => {
    const make = `
import sys, keras
for policy in ["bfloat16", "float16"]:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, dtype=policy, bias_initializer="random_normal")])
    model.save(f"{sys.argv[1]}/{policy}.keras")
`;
    expect(runPython(make, [scratch]).status).toBe(0);
    const paths: string[] = [];
    for (const policy of ['bfloat16', 'float16'] as const) {
      const original = join(scratch, `${policy}.keras`);
      const model = await readModelBytes(readFileSync(original), original);
      expect((model.weights as WeightTree).group('layers/dense')?.vars.map((array) => array.dtype)).toEqual([policy, policy]);
      const copy = join(scratch, `${policy}-copy.keras`);
      writeFileSync(copy, await rewrite(model));
      expect((await readModelFile(copy)).weights).toMatchObject({ root: { children: (model.weights as WeightTree).root.children } });
      paths.push(original, copy);
    }
    const { status, stdout, stderr } = runPython(compare, paths);
    expect([status, stderr.slice(-2000)]).toEqual([0, expect.anything()]);
    expect(stdout.match(/^same/gm)).toHaveLength(2);
  }, 300_000);
});
