import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ModelFile, readModelFile } from '../../compiler/formats/index.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';

/** A folder of fetched models: one folder each, named as the golden pair. */
const folder = process.env.KERASC_REAL;

const MODELS = [
  { name: 'fer-emotion-mini-xception-h5', format: 'hdf5', version: '2.0.5', elements: 58_423 },
  { name: 'dgad-lstm-h5', format: 'hdf5', version: '2.4.0', elements: 262_785 },
  { name: 'board-to-fen-weights-h5', format: 'hdf5-weights', version: '2.3.1', elements: 948_013 },
  { name: 'sleepecg-ws-gru-mesa-keras', format: 'keras', version: '3.3.3', elements: 7_363 },
  { name: 'deeplc-8c22-keras', format: 'keras', version: '3.3.3', elements: 634_365 },
  { name: 'nsfwjs-mobilenet-v2-tfjs-layers', format: 'tfjs', version: '2.2.4', elements: 2_619_461 },
  { name: 'upscalerjs-default-x2-tfjs-layers', format: 'tfjs', version: '2.10.0', elements: 222_075 },
] as const;

/** The weights of the layers, without optimizer state. */
function layerArrays({ weights }: ModelFile): NDArray[] {
  if (weights.layout === 'names') return [...weights.weights.values()];
  if (weights.layout === 'layers') return weights.layers.flatMap((layer) => layer.weights.map((weight) => weight.value));
  const groups = [...(weights.root.children.get('layers')?.children.values() ?? [])];
  const arrays: NDArray[] = [];
  for (let group = groups.pop(); group; group = groups.pop()) {
    arrays.push(...group.vars);
    groups.push(...group.children.values());
  }
  return arrays;
}

describe.skipIf(!folder)(`real models${folder ? '' : ' (skipped: set KERASC_REAL to a folder of fetched models)'}`, () => {
  it.each(MODELS)('reads $name whole', async ({ name, format, version, elements }) => {
    const path = join(folder ?? '', name);
    if (!existsSync(path)) throw new Error(`${path} is not there; fetch it first`);
    const file = readdirSync(path).find((entry) => /\.(keras|h5|hdf5|json)$/.test(entry)) ?? '';
    const model = await readModelFile(join(path, file));
    expect([model.format, model.kerasVersion]).toEqual([format, version]);
    // Seeds of dropout layers are state and no weights of the count.
    const arrays = layerArrays(model).filter((array) => array.dtype === 'float32');
    expect(arrays.reduce((sum, array) => sum + array.data.length, 0)).toBe(elements);
    expect(arrays.every((array) => [...array.data].every((value) => Number.isFinite(value)))).toBe(true);
  });
});
