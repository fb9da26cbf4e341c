// `.keras` archives of Keras 3: config.json, metadata.json, model.weights.h5 and assets, in a zip or in a folder.
import { readHdf5 } from './hdf5.ts';
import { decodeText, parseJsonObject, textField } from './json.ts';
import type { ModelFile } from './model-file.ts';
import { formatError, inside } from './place.ts';
import { weightTree } from './weight-tree.ts';
import { readZip } from './zip-read.ts';

export const CONFIG_FILE = 'config.json';
export const METADATA_FILE = 'metadata.json';
export const WEIGHTS_FILE = 'model.weights.h5';
export const ASSETS_FOLDER = 'assets/';
const NUMPY_WEIGHTS_FILE = 'model.weights.npz';

export async function readKerasArchive(bytes: Uint8Array, fileName: string): Promise<ModelFile> {
  return readKerasEntries(readZip(bytes, [fileName]), fileName);
}

/** The same from the files themselves: those of an archive, or those of a folder that Keras saved with `zipped=False`. */
export async function readKerasEntries(files: ReadonlyMap<string, Uint8Array>, fileName: string): Promise<ModelFile> {
  const place = [fileName];
  const config = files.get(CONFIG_FILE);
  if (!config)
    throw formatError(
      'entry-missing',
      place,
      `There is no ${CONFIG_FILE}; found ${[...files.keys()].slice(0, 5).join(', ') || 'nothing'}.`,
    );
  const metadata = files.get(METADATA_FILE);
  const metadataPlace = inside(place, METADATA_FILE);
  return {
    fileName,
    format: 'keras',
    config: parseJsonObject(decodeText(config, inside(place, CONFIG_FILE)), inside(place, CONFIG_FILE)),
    kerasVersion:
      metadata && textField(parseJsonObject(decodeText(metadata, metadataPlace), metadataPlace), 'keras_version', metadataPlace),
    weights: weightTree(await readHdf5(weightsFile(files, fileName), inside(place, WEIGHTS_FILE))),
    trainingConfig: undefined,
    optimizerWeights: [],
    assets: new Map(
      [...files].filter(([name]) => name.startsWith(ASSETS_FOLDER)).map(([name, data]) => [name.slice(ASSETS_FOLDER.length), data]),
    ),
  };
}

function weightsFile(files: ReadonlyMap<string, Uint8Array>, fileName: string): Uint8Array {
  const weights = files.get(WEIGHTS_FILE);
  if (weights) return weights;
  if (files.has(NUMPY_WEIGHTS_FILE)) {
    const cure = 'Save the model with weights_format="h5", which is the default: Keras keeps npz weights as pickled Python objects.';
    throw formatError('not-supported', [fileName, NUMPY_WEIGHTS_FILE], 'Weights in npz form are not read.', { cure });
  }
  throw formatError('entry-missing', [fileName], `There is no ${WEIGHTS_FILE}.`);
}
