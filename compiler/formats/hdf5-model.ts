// HDF5 model files: whole models of Keras 1 to 3, and files of weights alone in both arrangements.
import { quote } from '../errors/index.ts';
import { readHdf5 } from './hdf5.ts';
import type { Hdf5Group } from './hdf5-tree.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts';
import { decodeLegacyTuples } from './legacy-config.ts';
import type { LayerWeights, ModelFile, NamedWeight, WeightLayers } from './model-file.ts';
import { formatError, inside, type Place } from './place.ts';
import { isWeightTree, weightTree } from './weight-tree.ts';

const MODEL_WEIGHTS = 'model_weights';
const OPTIMIZER_WEIGHTS = 'optimizer_weights';
const TOP_LEVEL = 'top_level_model_weights';

export async function readHdf5Model(bytes: Uint8Array, fileName: string): Promise<ModelFile> {
  const place = [fileName];
  const root = await readHdf5(bytes, place);
  const common = { fileName, kerasVersion: textAttribute(root, 'keras_version', place), assets: new Map() };
  if (root.attributes.has('model_config')) return wholeModel(root, common, place);
  const weightsOnly = { ...common, config: undefined, trainingConfig: undefined, optimizerWeights: [] };
  if (hasNames(root, 'layer_names')) return { ...weightsOnly, format: 'hdf5-weights', weights: layerWeights(root, place) };
  const weightsGroup = root.groups.get(MODEL_WEIGHTS);
  if (weightsGroup && hasNames(weightsGroup, 'layer_names')) {
    return { ...weightsOnly, format: 'hdf5-weights', weights: layerWeights(weightsGroup, inside(place, MODEL_WEIGHTS)) };
  }
  if (isWeightTree(root)) return { ...weightsOnly, format: 'keras-weights', weights: weightTree(root) };
  throw formatError(
    'entry-missing',
    place,
    'The HDF5 file holds neither a Keras model ("model_config") nor Keras weights ("layer_names", "vars").',
  );
}

function wholeModel(root: Hdf5Group, common: Pick<ModelFile, 'fileName' | 'kerasVersion' | 'assets'>, place: Place): ModelFile {
  const group = root.groups.get(MODEL_WEIGHTS);
  if (!group) throw formatError('entry-missing', place, 'The file has a model, and no group "model_weights" with its weights.');
  const optimizer = root.groups.get(OPTIMIZER_WEIGHTS);
  return {
    ...common,
    format: 'hdf5',
    kerasVersion: common.kerasVersion ?? textAttribute(group, 'keras_version', place),
    config: jsonAttribute(root, 'model_config', place),
    trainingConfig: jsonAttribute(root, 'training_config', place),
    weights: layerWeights(group, inside(place, MODEL_WEIGHTS)),
    optimizerWeights: optimizer ? namedWeights(optimizer, inside(place, OPTIMIZER_WEIGHTS)) : [],
  };
}

function layerWeights(group: Hdf5Group, place: Place): WeightLayers {
  const layers: LayerWeights[] = names(group, 'layer_names', place).map((name) => {
    const layer = groupAt(group, name.split('/'), inside(place, name));
    return { name, weights: namedWeights(layer, inside(place, name)) };
  });
  const topLevel = group.groups.get(TOP_LEVEL);
  const [kerasVersion = '1', backend] = [textAttribute(group, 'keras_version', place), textAttribute(group, 'backend', place)];
  return { layout: 'layers', layers, kerasVersion, backend, topLevel: topLevel ? namedWeights(topLevel, inside(place, TOP_LEVEL)) : [] };
}

/** The arrays that `weight_names` lists; a name is a path below the group: `dense/kernel:0`. */
function namedWeights(group: Hdf5Group, place: Place): NamedWeight[] {
  return names(group, 'weight_names', place).map((name) => {
    const parts = name.split('/');
    const last = parts.pop() as string;
    const value = groupAt(group, parts, inside(place, name)).arrays.get(last);
    if (!value) throw formatError('entry-missing', inside(place, name), 'The file lists this weight and does not hold it.');
    return { name, value };
  });
}

function groupAt(group: Hdf5Group, parts: readonly string[], place: Place): Hdf5Group {
  return parts.reduce((current, part) => {
    const child = current.groups.get(part);
    if (!child) throw formatError('entry-missing', place, `The file lists this name and has no group ${quote(part)} for it.`);
    return child;
  }, group);
}

const hasNames = (group: Hdf5Group, name: string): boolean => group.attributes.has(name) || group.attributes.has(`${name}0`);

/** A list of names, which Keras splits into `layer_names0`, `layer_names1`, ... where it does not fit one attribute. */
function names(group: Hdf5Group, name: string, place: Place): readonly string[] {
  const whole = group.attributes.get(name);
  if (whole !== undefined) return textList(whole, inside(place, name));
  const all: string[] = [];
  for (let i = 0; ; i++) {
    const part = group.attributes.get(`${name}${i}`);
    if (part === undefined) return all;
    for (const text of textList(part, inside(place, `${name}${i}`))) all.push(text);
  }
}

function textList(value: unknown, place: Place): readonly string[] {
  if (Array.isArray(value)) return value as string[];
  // NumPy writes an empty list as no floats.
  if (isJsonObject(value) && (value.data as { length?: number } | undefined)?.length === 0) return [];
  throw formatError('value-wrong', place, 'Expected a list of names.');
}

function textAttribute(group: Hdf5Group, name: string, place: Place): string | undefined {
  const value = group.attributes.get(name);
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value) && value.length === 1) return value[0] as string;
  throw formatError('value-wrong', inside(place, name), 'Expected text.');
}

function jsonAttribute(group: Hdf5Group, name: string, place: Place): JsonObject | undefined {
  const text = textAttribute(group, name, place);
  return text === undefined ? undefined : decodeLegacyTuples(parseJsonObject(text, inside(place, name)));
}
