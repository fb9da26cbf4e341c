// Makes a model of what a file holds: layers from the config, then their weights.
import { quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import type { ModelFile, WeightStore } from '../../formats/model-file.ts';
import { isPlainObject } from '../engine/structure.ts';
import { Model } from '../models/model.ts';
import { assignAssets } from './assets.ts';
import './builtin-classes.ts';
import { type DeserializeOptions, deserializeKerasObject } from './deserialize.ts';
import type { CustomObjects } from './registry.ts';
import { assignWeightLayers, assignWeightNames, type MismatchOptions } from './weight-layers.ts';
import { assignWeightTree } from './weight-tree.ts';

export interface LoadModelOptions {
  /** Classes of yours by name, and functions for Lambda layers by the layer's name. */
  readonly customObjects?: CustomObjects | undefined;
  /** Whether to compile the model as it was when it was saved, with the optimizer's state. Default true. */
  readonly compile?: boolean | undefined;
  /** As in Keras; code from a file is never run, whatever it says. */
  readonly safeMode?: boolean | undefined;
}

/** The model of a file that was read. */
export function modelFromFile(file: ModelFile, options: LoadModelOptions = {}): Model {
  if (!file.config) {
    throw new ValueError(`The file ${quote(file.fileName)} holds weights but no model.`, {
      code: 'weights-only',
      cure: 'Build the model first, then call model.loadWeights(path).',
    });
  }
  const model = modelFromConfig(file.config, { customObjects: options.customObjects, kerasVersion: file.kerasVersion });
  // The optimizer must be there to get its state.
  const compileConfig = file.config['compile_config'] ?? file.trainingConfig;
  // A model that was not compiled has an empty config.
  const isCompiled = isPlainObject(compileConfig) && Object.keys(compileConfig).length > 0;
  if (isCompiled && (options.compile ?? true)) compileAsSaved(model, compileConfig, options);
  // A config alone gives a model with initial weights.
  if (file.format !== 'json') assignWeights(model, file.weights);
  assignAssets(model, file.assets);
  return model;
}

/** A loss or a metric of the user's that is not given need not keep anyone from using the model. */
function compileAsSaved(model: Model, config: Readonly<Record<string, unknown>>, { customObjects }: LoadModelOptions): void {
  try {
    model.compileFromConfig(config, { customObjects });
  } catch (error) {
    model.keepCompileConfig(config, error as Error);
  }
}

/** Gives the model's variables the values of a file, in whichever arrangement they are. */
export function assignWeights(model: Model, weights: WeightStore, options: MismatchOptions = {}): void {
  switch (weights.layout) {
    case 'tree':
      return assignWeightTree(model, weights, options);
    case 'layers':
      return assignWeightLayers(model, weights, options);
    case 'names':
      return assignWeightNames(model, weights);
    default:
      weights satisfies never;
  }
}

/** The model that a config describes, with fresh weights. */
export function modelFromConfig(config: Readonly<Record<string, unknown>>, options: DeserializeOptions = {}): Model {
  const model = deserializeKerasObject(nameBareLayers(config), options);
  if (model instanceof Model) return model;
  throw new UnsupportedError(`The config describes a ${quote(config['class_name'])}, not a model.`, { code: 'not-a-model' });
}

/** The first Keras versions wrote the config of a Sequential as a bare list of layers. */
function nameBareLayers(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Array.isArray(config['config']) ? { ...config, config: { layers: config['config'] } } : config;
}

/** The model of `model.to_json()`, of any Keras version. */
export function modelFromJson(json: string, options: Omit<LoadModelOptions, 'safeMode'> = {}): Model {
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch (cause) {
    throw new ValueError(`The text is not JSON: ${quote((cause as Error).message)}`, { code: 'json-invalid', cause });
  }
  if (!isPlainObject(config)) throw new ValueError(`Expected the JSON of a model. Received: ${quote(config)}`, { code: 'config' });
  // Older versions wrote the Keras version beside the config; today's goes without.
  const version = config['keras_version'];
  return modelFromConfig(config, { customObjects: options.customObjects, kerasVersion: typeof version === 'string' ? version : undefined });
}
