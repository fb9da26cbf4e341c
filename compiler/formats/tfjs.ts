// TensorFlow.js layers models: model.json with the config and a manifest of weights that lie in shards beside it.
import { quote } from '../errors/index.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { isJsonObject, type Json, type JsonObject, listField, objectField, parseJsonObject, textField } from './json.ts';
import { decodeLegacyTuples } from './legacy-config.ts';
import { LIMITS } from './limits.ts';
import type { ModelFile } from './model-file.ts';
import { formatError, inside, type Place } from './place.ts';
import { decodeWeight, readWeightSpec, type TfjsWeight } from './tfjs-weights.ts';

/** Gives the bytes of a shard by its path in the manifest, or undefined where there is none. */
export type ReadShard = (path: string) => Promise<Uint8Array | undefined>;

export const isTfjsManifest = (json: JsonObject): boolean => 'modelTopology' in json || 'weightsManifest' in json;

export async function readTfjsModel(json: JsonObject, fileName: string, readShard: ReadShard): Promise<ModelFile> {
  const place = [fileName];
  const topology = objectField(json, 'modelTopology', place);
  if (json.format === 'graph-model' || topology?.node !== undefined) {
    const cure = 'Convert the Keras model itself with tensorflowjs_converter --input_format=keras, or use its .keras or .h5 file.';
    throw formatError('not-supported', place, 'This is a TensorFlow.js graph model; only layers models hold a Keras config.', { cure });
  }
  if (!topology)
    throw formatError('entry-missing', inside(place, 'modelTopology'), 'The model has no topology, so that only weights are there.');
  const manifestPlace = inside(place, 'weightsManifest');
  const weights = await readManifest(listField(json, 'weightsManifest', place) ?? [], manifestPlace, readShard);
  const trainingConfig = objectField(topology, 'training_config', place) ?? objectField(json, 'trainingConfig', place);
  return {
    fileName,
    format: 'tfjs',
    config: decodeLegacyTuples(modelConfig(topology, inside(place, 'modelTopology'))),
    kerasVersion: textField(topology, 'keras_version', inside(place, 'modelTopology')),
    weights: { layout: 'names', weights },
    trainingConfig: trainingConfig && decodeLegacyTuples(trainingConfig),
    optimizerWeights: [],
    assets: new Map(),
  };
}

/** The converter puts the model under `model_config`, as an object or as its text; TensorFlow.js itself saves it bare. */
function modelConfig(topology: JsonObject, place: Place): JsonObject {
  const wrapped = topology.model_config;
  if (typeof wrapped === 'string') return parseJsonObject(wrapped, inside(place, 'model_config'));
  const config = objectField(topology, 'model_config', place) ?? topology;
  if (typeof config.class_name !== 'string') {
    throw formatError('entry-missing', place, 'The topology has neither "model_config" nor "class_name".');
  }
  return config;
}

async function readManifest(groups: readonly Json[], place: Place, readShard: ReadShard): Promise<Map<string, NDArray>> {
  const weights = new Map<string, NDArray>();
  for (const [i, group] of groups.entries()) {
    const groupPlace = inside(place, String(i));
    if (!isJsonObject(group)) throw formatError('value-wrong', groupPlace, `Expected an object, found ${quote(group)}.`);
    const specs = (listField(group, 'weights', groupPlace) ?? []).map((spec, k) => readWeightSpec(spec, inside(groupPlace, String(k))));
    const bytes = await readShards(listField(group, 'paths', groupPlace) ?? [], specs, groupPlace, readShard);
    let offset = 0;
    for (const spec of specs) {
      if (weights.has(spec.name)) throw formatError('hostile-name', spec.place, `Two weights have the name ${quote(spec.name)}.`);
      weights.set(spec.name, decodeWeight(spec, bytes.subarray(offset, offset + spec.storedBytes)));
      offset += spec.storedBytes;
    }
  }
  return weights;
}

/** All shards of a group, one after the other: a weight may begin in one and end in the next. */
async function readShards(paths: readonly Json[], specs: readonly TfjsWeight[], place: Place, readShard: ReadShard): Promise<Uint8Array> {
  const expected = specs.reduce((sum, spec) => sum + spec.storedBytes, 0);
  if (expected > LIMITS.fileBytes)
    throw formatError('file-too-large', place, `The manifest declares ${expected} bytes of weights; at most 2 GiB are read.`);
  const shards: Uint8Array[] = [];
  for (const path of paths) shards.push(await readOneShard(path, inside(place, 'paths'), readShard));
  const found = shards.reduce((sum, shard) => sum + shard.length, 0);
  if (found !== expected) {
    const code = found < expected ? 'file-truncated' : 'size-mismatch';
    throw formatError(code, place, `The manifest declares ${expected} bytes of weights; its shards hold ${found}.`);
  }
  if (shards.length === 1) return shards[0] as Uint8Array;
  const bytes = new Uint8Array(expected);
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return bytes;
}

async function readOneShard(path: Json, place: Place, readShard: ReadShard): Promise<Uint8Array> {
  if (typeof path !== 'string') throw formatError('value-wrong', place, `Expected the name of a file, found ${quote(path)}.`);
  // Neither absolute, nor upwards, nor a drive, nor a URL.
  const isOutside = path === '' || /^[/\\]|[\\:\0]/.test(path) || path.split('/').includes('..');
  if (isOutside) throw formatError('hostile-name', place, `The shard ${quote(path)} would lie outside the model's folder.`);
  const shard = await readShard(path);
  if (!shard) throw formatError('entry-missing', place, `The shard ${quote(path)} is not beside the model.`);
  return shard;
}
