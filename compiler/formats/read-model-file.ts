// The one way to read a model file: what it is follows from its content, not from its name.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { quote } from '../errors/index.ts';
import { nameForeignFormat } from './foreign-formats.ts';
import { readHdf5Model } from './hdf5-model.ts';
import { isHdf5 } from './hdf5-tree.ts';
import { decodeText, type JsonObject, parseJsonObject, textField } from './json.ts';
import { ASSETS_FOLDER, CONFIG_FILE, METADATA_FILE, readKerasArchive, readKerasEntries, WEIGHTS_FILE } from './keras-archive.ts';
import { decodeLegacyTuples } from './legacy-config.ts';
import { LIMITS } from './limits.ts';
import type { ModelFile } from './model-file.ts';
import { formatError, inside, type Place } from './place.ts';
import { isTfjsManifest, type ReadShard, readTfjsModel } from './tfjs.ts';
import { findBase64, findModelLiteral, isModelModule } from './tfjs-modules.ts';
import { EMPTY_WEIGHTS } from './weight-tree.ts';
import { isZip } from './zip-read.ts';

/**
 * Reads a model: a `.keras`, `.h5` or `.weights.h5` file, a TensorFlow.js `model.json`, the JSON of `model.to_json()`, or a folder
 * that holds `model.json` or `config.json`. Throws FormatError where the file is broken, hostile or of no such kind.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const name = basename(path) || path;
  const info = await stat(path).catch((cause: unknown) => {
    throw formatError('file-missing', [path], 'There is no such file or folder.', { cause });
  });
  if (info.isDirectory()) return readModelFolder(path, name);
  return readModelBytes(await readBounded(path, [name]), name, (shard) => readShardFile(dirname(path), shard));
}

/** The same from bytes. `readShard` gives the weight files of a TensorFlow.js model. */
export async function readModelBytes(bytes: Uint8Array, fileName: string, readShard?: ReadShard): Promise<ModelFile> {
  const place = [fileName];
  if (bytes.length === 0) throw formatError('file-empty', place, 'The file is empty.');
  if (bytes.length > LIMITS.fileBytes)
    throw formatError('file-too-large', place, `The file has ${bytes.length} bytes; at most 2 GiB are read.`);
  if (isZip(bytes)) return readKerasArchive(bytes, fileName);
  if (isHdf5(bytes)) return readHdf5Model(bytes, fileName);
  const foreign = nameForeignFormat(bytes);
  if (foreign) throw formatError('not-supported', place, `The file is ${foreign.name}.`, { cure: foreign.cure });
  return readTextModel(bytes, fileName, readShard ?? noShards(place));
}

async function readTextModel(bytes: Uint8Array, fileName: string, readShard: ReadShard): Promise<ModelFile> {
  const place = [fileName];
  const isText = !bytes.subarray(0, 4096).includes(0);
  const text = isText ? decodeText(bytes, place).trimStart() : '';
  if (text.startsWith('{')) {
    const json = parseJsonObject(text, place);
    return isTfjsManifest(json) ? readTfjsModel(json, fileName, readShard) : configAlone(json, fileName);
  }
  if (isModelModule(text)) return readTfjsModel(findModelLiteral(text, place), fileName, readShard);
  throw formatError('file-unknown', place, `The file begins with ${quote([...bytes.subarray(0, 8)])}, which no known model file does.`);
}

/** What `model.to_json()` gives: a model without weights. */
function configAlone(json: JsonObject, fileName: string): ModelFile {
  const place = [fileName];
  if ('weight_map' in json) {
    const cure = 'Save the weights without max_shard_size, as one .weights.h5 file.';
    throw formatError('not-supported', place, 'This is the index of weights that Keras split over several files.', { cure });
  }
  if (typeof json.class_name !== 'string' || json.config === undefined) {
    throw formatError('entry-missing', place, 'The JSON has no "class_name" and "config", so that it is no Keras model.');
  }
  return {
    fileName,
    format: 'json',
    config: decodeLegacyTuples(json),
    kerasVersion: textField(json, 'keras_version', place),
    weights: EMPTY_WEIGHTS,
    trainingConfig: undefined,
    optimizerWeights: [],
    assets: new Map(),
  };
}

async function readModelFolder(path: string, name: string): Promise<ModelFile> {
  const files = new Set(await readdir(path));
  if (files.has(CONFIG_FILE) && files.has(WEIGHTS_FILE)) return readKerasFolder(path, name);
  const model = ['model.json', 'model.min.js', 'model.js'].find((candidate) => files.has(candidate));
  if (model) return readModelFile(join(path, model));
  if (files.has('saved_model.pb')) {
    const cure = 'Load it in TensorFlow 2.15 or older and save it with model.save("model.keras").';
    throw formatError('not-supported', [name], 'The folder holds a TensorFlow SavedModel, which is a program and not a Keras config.', {
      cure,
    });
  }
  throw formatError('entry-missing', [name], `The folder holds neither model.json nor ${CONFIG_FILE} with ${WEIGHTS_FILE}.`);
}

async function readKerasFolder(path: string, name: string): Promise<ModelFile> {
  const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const full = join(entry.parentPath ?? entry.path, entry.name);
    const part = relative(path, full).replaceAll('\\', '/');
    const isPart = [CONFIG_FILE, METADATA_FILE, WEIGHTS_FILE].includes(part) || part.startsWith(ASSETS_FOLDER);
    if (isPart) files.set(part, await readBounded(full, inside([name], part)));
  }
  return readKerasEntries(files, name);
}

async function readShardFile(folder: string, shard: string): Promise<Uint8Array | undefined> {
  // nsfwjs has `group1-shard1of1.min.js` for the shard `group1-shard1of1`.
  for (const candidate of [shard, `${shard}.min.js`, `${shard}.js`]) {
    const path = join(folder, candidate);
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    const bytes = await readBounded(path, [candidate]);
    return candidate === shard ? bytes : findBase64(decodeText(bytes, [candidate]), [candidate]);
  }
  return undefined;
}

async function readBounded(path: string, place: Place): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > LIMITS.fileBytes) throw formatError('file-too-large', place, `The file has ${size} bytes; at most 2 GiB are read.`);
  try {
    return await readFile(path);
  } catch (cause) {
    throw formatError('file-missing', place, 'The file cannot be read.', { cause });
  }
}

const noShards = (place: Place): ReadShard => {
  return () => {
    const cure = 'Read it from its folder with readModelFile(path).';
    throw formatError('entry-missing', place, 'The weights of this model lie in files beside it.', { cure });
  };
};
