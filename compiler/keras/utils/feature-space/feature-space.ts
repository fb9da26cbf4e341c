// Tables to vectors: each column prepared, crossed with others, encoded, and all joined.
import { writeFile } from 'node:fs/promises';
import { quote, ValueError } from '../../../errors/index.ts';
import { type JsonObject, readModelFile, writeKerasFile } from '../../../formats/index.ts';
import type { Tensor } from '../../../trace/tensor.ts';
import { Input } from '../../engine/input-layer.ts';
import { isKerasTensor, type KerasTensor } from '../../engine/keras-tensor.ts';
import { Layer } from '../../engine/layer.ts';
import { isStringLike, StringTensor, toStringTensor } from '../../engine/string-tensor.ts';
import { isPlainObject } from '../../engine/structure.ts';
import { type TensorLike, toTensor } from '../../engine/tensor-like.ts';
import {
  CategoryEncoding,
  Discretization,
  HashedCrossing,
  Hashing,
  IntegerLookup,
  Normalization,
  StringLookup,
  TextVectorization,
} from '../../layers/index.ts';
import * as ops from '../../ops/index.ts';
import { assignAssets, collectAssets } from '../../saving/assets.ts';
import { deserializeKerasObject } from '../../saving/deserialize.ts';
import { serializeObject } from '../../saving/serialize.ts';
import { assignWeightTree, collectWeightTree } from '../../saving/weight-tree.ts';
import { Cross, Feature } from './feature.ts';
import { TFDConcat } from './feature-layers.ts';
import * as standard from './standard-features.ts';

export interface FeatureSpaceOptions {
  /** `concat` (default): one vector. `dict`: each feature by its name. */
  readonly outputMode?: string;
  /** Features to be taken together: lists of names, or what `FeatureSpace.cross` gives. */
  readonly crosses?: readonly (readonly string[] | Cross)[] | null;
  /** How many bins a cross has, the features that are hashed, and those that are discretized. Default 32 each. */
  readonly crossingDim?: number;
  readonly hashingDim?: number;
  readonly numDiscretizationBins?: number;
  readonly name?: string;
}

type Column = Tensor | StringTensor | KerasTensor;
type Columns = Readonly<Record<string, Column>>;

/**
 * Prepares tables: columns by name to one vector a row.
 *
 * @example
 * const space = new FeatureSpace({ age: 'float_normalized', city: 'string_categorical' });
 * space.adapt({ age: [31, 64], city: ['Oslo', 'Rome'] });
 * space({ age: [40], city: ['Rome'] });
 */
export class FeatureSpace extends Layer {
  static override readonly positional: readonly string[] = ['features'];
  static readonly float = standard.float;
  static readonly floatRescaled = standard.floatRescaled;
  static readonly floatNormalized = standard.floatNormalized;
  static readonly floatDiscretized = standard.floatDiscretized;
  static readonly integerCategorical = standard.integerCategorical;
  static readonly stringCategorical = standard.stringCategorical;
  static readonly integerHashed = standard.integerHashed;
  static readonly stringHashed = standard.stringHashed;

  static cross(featureNames: readonly string[], crossingDim: number, options: { readonly outputMode?: string } = {}): Cross {
    return new Cross(featureNames, crossingDim, options);
  }

  static feature(dtype: Feature['dtype'], preprocessor: Layer, outputMode: Feature['outputMode']): Feature {
    return new Feature(dtype, preprocessor, outputMode);
  }

  readonly features: Readonly<Record<string, Feature>>;
  readonly crosses: readonly Cross[];
  readonly outputMode: 'dict' | 'concat';
  readonly settings: { readonly crossingDim: number; readonly hashingDim: number; readonly numDiscretizationBins: number };
  readonly preprocessors: Readonly<Record<string, Layer>>;
  readonly crossers: Readonly<Record<string, Layer>>;
  oneHotEncoders: Readonly<Record<string, Layer>> = {};
  concat: TFDConcat | undefined = undefined;
  #inputs: Readonly<Record<string, KerasTensor>> | undefined;
  #encoded: KerasTensor | Readonly<Record<string, KerasTensor>> | undefined;
  #isAdapted = false;

  constructor(features: Readonly<Record<string, string | Feature>>, options: FeatureSpaceOptions = {}) {
    super({ name: options.name });
    if (!features || Object.keys(features).length === 0) refuse('The `features` argument cannot be None or empty.');
    const { outputMode = 'concat', crosses, crossingDim = 32, hashingDim = 32, numDiscretizationBins = 32 } = options;
    if (outputMode !== 'dict' && outputMode !== 'concat') {
      refuse(`Invalid value for argument \`output_mode\`. Expected one of {'dict', 'concat'}. Received: output_mode=${quote(outputMode)}`);
    }
    this.settings = { crossingDim, hashingDim, numDiscretizationBins };
    const sizes = { hashingDim, bins: numDiscretizationBins };
    const featureOf = (name: string, given: string | Feature): Feature =>
      given instanceof Feature ? given : standard.standardFeature(given, name, sizes);
    this.features = mapValues(features, (given, name) => featureOf(name, given));
    this.crosses = (crosses ?? []).map((cross) => crossOf(cross, crossingDim, features));
    this.outputMode = outputMode as 'dict' | 'concat';
    this.preprocessors = mapValues(this.features, ({ preprocessor }) => preprocessor);
    this.crossers = Object.fromEntries(this.crosses.map(({ name, crossingDim: bins }) => [name, new HashedCrossing(bins, { name })]));
  }

  /** The names of features whose layers learn from data. */
  get #adaptable(): string[] {
    return Object.entries(this.preprocessors)
      .filter(([, layer]) => {
        if (layer instanceof Normalization && layer.inputMean !== null) return false;
        if (layer instanceof TextVectorization && layer._lookupLayer.inputVocabulary !== null) return false;
        return 'adapt' in layer;
      })
      .map(([name]) => name);
  }

  /** Learns what the features need from a table (columns by name), or from an iterable of such. */
  adapt(data: Readonly<Record<string, unknown>> | Iterable<Readonly<Record<string, unknown>>>): void {
    const isIterable = typeof data === 'object' && data !== null && Symbol.iterator in data;
    if (!isIterable && !isPlainObject(data)) {
      refuse('`adapt()` can only be called on a dict of arrays/lists, or on an iterable of such.');
    }
    const tables = isIterable ? [...(data as Iterable<Readonly<Record<string, unknown>>>)] : [data as Readonly<Record<string, unknown>>];
    for (const name of this.#adaptable) {
      const columns = tables.map((table) => this.#column(name, table[name]));
      // One table is learned from in batches of 32 rows, as Keras does: quantiles depend on them.
      const batches = isIterable ? columns : columns.flatMap((column) => batchesOfRows(column as Tensor | StringTensor));
      (this.preprocessors[name] as Layer & { adapt(data: unknown): void }).adapt(generate(batches));
    }
    this.#isAdapted = true;
    this.getEncodedFeatures();
  }

  /** A column of size (rows, 1) in the dtype of its feature. */
  #column(name: string, value: unknown): Column {
    if (isKerasTensor(value)) return value;
    const { dtype } = this.features[name] as Feature;
    if (value === undefined) refuse(`The table has no column for feature '${name}'.`);
    if (isStringLike(value)) {
      const { shape, data } = toStringTensor(value);
      return new StringTensor(asColumn(shape), data);
    }
    const tensor = toTensor(value as TensorLike, dtype === 'string' ? undefined : dtype);
    return ops.reshape(tensor, asColumn(tensor.shape));
  }

  /** Symbolic inputs by feature, to begin a model with. */
  getInputs(): Readonly<Record<string, KerasTensor>> {
    this.#inputs ??= mapValues(this.features, ({ dtype }, name) => Input({ shape: [1], dtype, name }));
    return this.#inputs;
  }

  /** The symbolic features that follow from `getInputs()`. */
  getEncodedFeatures(): KerasTensor | Readonly<Record<string, KerasTensor>> {
    if (!this.#isAdapted && this.#adaptable.length > 0) {
      refuse('You need to call `.adapt(dataset)` on the FeatureSpace before you can start using it.');
    }
    this.#isAdapted = true;
    this.#encoded ??= this.#encode(this.getInputs()) as KerasTensor;
    this.built = true;
    return this.#encoded;
  }

  /** Encodes a table of columns, or of single values. */
  override invoke(...args: readonly unknown[]): unknown {
    const [table] = args;
    if (!isPlainObject(table)) return refuse(`A FeatureSpace can only be called with a dict. Received: data=${quote(table)}`);
    this.getEncodedFeatures();
    const isSingle = Object.values(table).some(
      (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint',
    );
    const encoded = this.#encode(mapValues(this.features, (_, name) => this.#column(name, table[name])));
    if (!isSingle) return encoded;
    const drop = (column: unknown): unknown => ops.squeeze(column as Tensor, { axis: 0 });
    return this.outputMode === 'concat' ? drop(encoded) : mapValues(encoded as Record<string, unknown>, drop);
  }

  #encode(columns: Columns): unknown {
    const prepared = mapValues(this.preprocessors, (layer, name) => layer<Column>(columns[name]));
    const crossed = Object.fromEntries(
      this.crosses.map((cross) => [
        cross.name,
        (this.crossers[cross.name] as Layer)<Column>(cross.featureNames.map((name) => prepared[name])),
      ]),
    );
    const all: [string, Column][] = [...sorted(prepared), ...sorted(crossed)];
    this.#makeEncoders(all);
    const encoded = all.map(([name, column]): [string, Column] => {
      const encoder = this.oneHotEncoders[name];
      return [name, encoder ? encoder<Column>(column) : column];
    });
    if (this.outputMode === 'dict') return Object.fromEntries(encoded);
    for (const [name, { dtype }] of encoded) {
      if (/^int|string/.test(dtype)) {
        refuse(
          `Cannot concatenate features because feature '${name}' has not been encoded (it has dtype ${dtype}). Consider using \`output_mode='dict'\`.`,
        );
      }
    }
    this.concat ??= new TFDConcat(-1);
    return this.concat(encoded.map(([, column]) => column) as never);
  }

  /** One encoder for each feature and cross that is to be one-hot, once how many values they have is known. */
  #makeEncoders(columns: readonly (readonly [string, Column])[]): void {
    if (this.built) return;
    const encoders = columns.flatMap(([name, { dtype }]): [string, Layer][] => {
      const spec = this.features[name] ?? this.crosses.find((cross) => cross.name === name);
      if (spec?.outputMode !== 'one_hot') return [];
      if (!dtype.startsWith('int')) {
        refuse(
          `Feature '${name}' has \`output_mode='one_hot'\`. Thus its preprocessor should return an integer dtype. Instead it returns a ${dtype} dtype.`,
        );
      }
      const layer = (this.preprocessors[name] ?? this.crossers[name]) as Layer;
      return [[name, new CategoryEncoding({ numTokens: cardinalityOf(name, layer), outputMode: 'multi_hot' })]];
    });
    this.oneHotEncoders = Object.fromEntries(encoders);
  }

  override getConfig(): Record<string, unknown> {
    const { features, outputMode, crosses, settings } = this;
    return { features, outputMode, crosses, ...settings };
  }

  override getBuildConfig(): Record<string, unknown> {
    return mapValues(this.preprocessors, (layer) => layer.getBuildConfig() ?? {});
  }

  override buildFromConfig(config: Readonly<Record<string, unknown>>): void {
    for (const [name, layer] of Object.entries(this.preprocessors)) {
      if (isPlainObject(config[name])) layer.buildFromConfig(config[name]);
    }
    // Vocabularies come after the config: how many values a feature has is known then.
    this.#isAdapted = true;
  }

  /** Writes it as a `.keras` file, which Keras opens as a FeatureSpace. */
  async save(path: string): Promise<void> {
    const content = { config: serializeObject(this) as JsonObject, weights: collectWeightTree(this), assets: collectAssets(this) };
    await writeFile(path, await writeKerasFile(content));
  }

  /** Reads one from a `.keras` file. */
  static async load(path: string): Promise<FeatureSpace> {
    const { config, weights, assets } = await readModelFile(path);
    const space = config && deserializeKerasObject(config);
    if (!(space instanceof FeatureSpace) || weights.layout !== 'tree') {
      return refuse(`The file ${quote(path)} holds no FeatureSpace. Models are loaded by loadModel(path).`);
    }
    assignWeightTree(space, weights);
    assignAssets(space, assets);
    return space;
  }

  static fromConfig(config: Record<string, unknown>): FeatureSpace {
    const { features, crosses, ...rest } = config as { readonly features: Record<string, unknown>; readonly crosses?: readonly unknown[] };
    const revive = (value: unknown): unknown => (isPlainObject(value) ? deserializeKerasObject(value) : value);
    const options = { ...rest, crosses: (crosses ?? []).map(revive) } as FeatureSpaceOptions;
    return new FeatureSpace(mapValues(features, revive) as Record<string, string | Feature>, options);
  }
}

function crossOf(cross: readonly string[] | Cross, crossingDim: number, features: Readonly<Record<string, unknown>>): Cross {
  if (cross instanceof Cross) return cross;
  if (!crossingDim) {
    refuse('When specifying `crosses`, the argument `crossing_dim` (dimensionality of the crossing space) should be specified as well.');
  }
  if (cross.some((name) => !(name in features))) {
    refuse(
      `All features referenced in the \`crosses\` argument should be present in the \`features\` dict. Received unknown features: ${quote(cross)}`,
    );
  }
  return new Cross(cross, crossingDim);
}

function cardinalityOf(name: string, layer: Layer): number {
  if (layer instanceof IntegerLookup || layer instanceof StringLookup) return layer.vocabularySize();
  if (layer instanceof CategoryEncoding) return layer.numTokens;
  if (layer instanceof Discretization && layer.numBins !== null) return layer.numBins;
  if (layer instanceof HashedCrossing || layer instanceof Hashing) return layer.numBins;
  return refuse(
    `Feature '${name}' has \`output_mode='one_hot'\`. However it isn't a standard feature and the dimensionality of its output space is not known, ` +
      "thus it cannot be one-hot encoded. Try using `output_mode='int'`.",
  );
}

const asColumn = (shape: readonly number[]): number[] =>
  shape.length === 0 ? [1, 1] : shape.length === 1 ? [shape[0] as number, 1] : [...shape];

const BATCH_ROWS = 32;

function batchesOfRows(column: Tensor | StringTensor): (Tensor | StringTensor)[] {
  const rows = column.shape[0] as number;
  return Array.from({ length: Math.ceil(rows / BATCH_ROWS) }, (_, index) => {
    const [start, end] = [index * BATCH_ROWS, Math.min(rows, (index + 1) * BATCH_ROWS)];
    if (column instanceof StringTensor) return new StringTensor([end - start, 1], column.data.slice(start, end));
    return ops.slice(column, [start, 0], [end - start, column.shape[1] as number]);
  });
}

function* generate<T>(items: readonly T[]): Generator<T> {
  yield* items;
}

const sorted = <T>(object: Readonly<Record<string, T>>): [string, T][] => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

const mapValues = <T, R>(object: Readonly<Record<string, T>>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

function refuse(message: string): never {
  throw new ValueError(message, { code: 'feature-space' });
}
