import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../compiler/errors/index.ts';
import { type ModelFile, readModelBytes, readModelFile, type WeightTree, writeWeightsFile } from '../../compiler/formats/index.ts';
import { ndarray } from '../../compiler/ir/ndarray.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const golden = here('../golden/conformance/models/files');
const upscaler = here('../../node_modules/@upscalerjs/default-model/models');
const scratch = mkdtempSync(join(tmpdir(), 'kerasc-formats-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function scratchFile(name: string, content: Uint8Array | string): string {
  mkdirSync(join(scratch, name, '..'), { recursive: true });
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
}

describe('readModelFile', () => {
  it('reads the model that ships in @upscalerjs/default-model, by file and by folder', async () => {
    for (const path of [upscaler, join(upscaler, 'model.json')]) {
      const model = await readModelFile(path);
      expect(model).toMatchObject({ format: 'tfjs', kerasVersion: '2.10.0', config: { class_name: 'Functional' } });
      if (model.weights.layout !== 'names') throw new Error('layout');
      const elements = [...model.weights.weights.values()].reduce((sum, array) => sum + array.data.length, 0);
      expect(elements).toBe(222_075);
    }
  });

  it('recognises formats by content, whatever the name', async () => {
    const types = readFileSync(here('files/types.weights.h5'));
    expect((await readModelFile(scratchFile('model.keras', types))).format).toBe('keras-weights');
    const json = JSON.stringify({ class_name: 'Sequential', config: {}, keras_version: '3.15.1' });
    expect(await readModelFile(scratchFile('model.h5', `\n ${json}`))).toMatchObject({ format: 'json', kerasVersion: '3.15.1' });
  });

  it('reads lists of names that Keras split over several attributes', async () => {
    const model = await readModelFile(here('files/chunked-names.h5'));
    if (model.weights.layout !== 'layers') throw new Error('layout');
    expect(model.kerasVersion).toBe('2.3.1');
    expect(model.weights.layers.map((layer) => layer.name.slice(-1))).toEqual(['0', '1', '2', '3', '4']);
    expect(model.weights.layers.map((layer) => layer.weights.map((w) => w.value.data[0]))).toEqual([[], [1], [2], [3], [4]]);
  });

  it('orders variables by number and finds groups by path', async () => {
    const { weights } = await readModelFile(here('files/types.weights.h5'));
    const group = (weights as WeightTree).group('layers/dense');
    expect(group?.vars.map((array) => array.dtype).slice(8)).toEqual(['bfloat16', 'int64', 'float32', 'float32']);
    expect(group?.attributes.get('name')).toBe('dense');
    expect((weights as WeightTree).group('layers/other')).toBeUndefined();
    expect((weights as WeightTree).group('')?.children.size).toBe(1);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /is empty/],
    ['garbage', Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 251), /no known model file/],
    ['plain text', 'hello', /no known model file/],
    ['JSON of something else', '{"a": 1}', /no "class_name"/],
    ['an index of split weights', '{"weight_map": {}}', /split over several files/],
    ['a list', '[1]', /no known model file/],
    ['text that is not UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), /not UTF-8/],
    ['a TensorFlow Lite model', Uint8Array.of(28, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33), /TensorFlow Lite/],
    ['an ONNX model', Uint8Array.of(8, 8, 0x12, 7, 112), /ONNX/],
    ['a pickle', Uint8Array.of(0x80, 4, 0x95, 1), /pickle/],
    ['a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip/],
    ['an archive of something else', zipSync({ 'a.txt': new Uint8Array(3) }), /no config\.json; found a\.txt/],
    ['an archive without weights', zipSync({ 'config.json': Uint8Array.of(0x7b, 0x7d) }), /no model\.weights\.h5/],
    ['an archive with a config that is no JSON', zipSync({ 'config.json': Uint8Array.of(1) }), /not JSON/],
    ['an archive with npz weights', zipSync({ 'config.json': Uint8Array.of(0x7b, 0x7d), 'model.weights.npz': new Uint8Array(1) }), /npz/],
  ])('refuses %s, naming the file and a cure', async (_, content, message) => {
    const path = scratchFile('some-model', content);
    await expect(readModelFile(path)).rejects.toThrow(FormatError);
    await expect(readModelFile(path)).rejects.toThrow(message);
    await expect(readModelFile(path)).rejects.toThrow(/in "some-model"[^\n]*\n {2}\S/);
  });

  it('cuts hostile names in messages', async () => {
    const name = `\u001b[31m\n${'x'.repeat(300)}`;
    const error = await readModelBytes(new Uint8Array(0), name).catch((e: Error) => e.message);
    expect(error).not.toContain('\u001b');
    expect(String(error).length).toBeLessThan(500);
  });

  it('refuses missing files, folders without a model and SavedModels', async () => {
    await expect(readModelFile(join(scratch, 'missing.keras'))).rejects.toThrow(/no such file/);
    scratchFile('empty-folder/readme.txt', 'hello');
    await expect(readModelFile(join(scratch, 'empty-folder'))).rejects.toThrow(/neither model\.json/);
    scratchFile('saved/saved_model.pb', 'x');
    await expect(readModelFile(join(scratch, 'saved'))).rejects.toThrow(/SavedModel/);
  });

  it('reads a folder that Keras saved unzipped, with its assets', async () => {
    const weights = { children: new Map([['layers', { children: new Map([['dense', { vars: [ndarray('int8', [2])] }]]) }]]) };
    scratchFile('keras-folder/config.json', '{"class_name": "Sequential", "config": {}}');
    scratchFile('keras-folder/metadata.json', '{"keras_version": "3.15.1"}');
    scratchFile('keras-folder/model.weights.h5', await writeWeightsFile(weights));
    scratchFile('keras-folder/assets/layers/text/vocabulary.txt', 'a');
    for (const path of [join(scratch, 'keras-folder'), `${scratch}/./keras-folder/`]) {
      const model = await readModelFile(path);
      expect(model).toMatchObject({ fileName: 'keras-folder', format: 'keras', kerasVersion: '3.15.1' });
      expect([...model.assets.keys()]).toEqual(['layers/text/vocabulary.txt']);
      expect((model.weights as WeightTree).group('layers/dense')?.vars).toEqual([ndarray('int8', [2])]);
    }
  });

  it('reads weights from JavaScript modules beside model.min.js', async () => {
    const object = `{modelTopology:{class_name:"Model",config:{}},weightsManifest:[{paths:["g1"],weights:[{name:"w",shape:[2],dtype:"float32"}]}]}`;
    const path = scratchFile('modules/model.min.js', `var a=function(){"use strict";return "object"};module.exports=${object}`);
    const base64 = Buffer.from(Float32Array.of(0.5, -2).buffer).toString('base64');
    scratchFile('modules/g1.min.js', `var a=function(){"use strict";return "function"};module.exports="${base64}"`);
    const model = await readModelFile(path);
    expect(model.weights.layout === 'names' && [...(model.weights.weights.get('w')?.data ?? [])]).toEqual([0.5, -2]);
  });
});

describe.skipIf(!existsSync(golden))('the golden Keras models', () => {
  const files = existsSync(golden) ? readdirSync(golden) : [];

  it.each(files)('reads %s', async (name) => {
    const model = await readModelFile(join(golden, name));
    expect(model.format).toBe(name.endsWith('.keras') ? 'keras' : name.endsWith('.h5') ? 'hdf5' : 'json');
    expect(['Functional', 'Sequential', 'Model']).toContain(model.config?.class_name);
    if (model.format !== 'json') expect(model.kerasVersion).toBe('3.15.1');
  });

  it.each(files.filter((name) => name.endsWith('.h5')))('finds the same weights in %s and in its .keras twin', async (name) => {
    const [legacy, current] = await Promise.all([name, name.replace('.h5', '.keras')].map((file) => readModelFile(join(golden, file))));
    expect(elementsOf(legacy as ModelFile)).toEqual(elementsOf(current as ModelFile));
  });
});

/** All weights of a model as sorted digests, without the names, which differ between formats. */
function elementsOf({ weights }: ModelFile): string[] {
  const arrays = [];
  if (weights.layout === 'layers') for (const layer of weights.layers) arrays.push(...layer.weights.map((w) => w.value));
  if (weights.layout === 'tree') {
    const groups = [weights.root.children.get('layers') ?? weights.root];
    for (let group = groups.pop(); group; group = groups.pop()) {
      arrays.push(...group.vars);
      groups.push(...group.children.values());
    }
  }
  return arrays.map((array) => `${array.dtype} ${array.shape} ${array.data.slice(0, 8)}`).sort();
}
