// What a model file holds, whatever its format: a Keras config, weights, and what came with them.
import type { NDArray } from '../ir/ndarray.ts';
import type { JsonObject } from './json.ts';

export type ModelFormat = 'keras' | 'keras-weights' | 'hdf5' | 'hdf5-weights' | 'tfjs' | 'json';

/** A model file, read and checked; nothing of it has been turned into layers yet. */
export interface ModelFile {
  /** The name to use in messages. */
  readonly fileName: string;
  readonly format: ModelFormat;
  /** The serialized model, `{ class_name, config, ... }`, as the file has it; absent where a file holds weights alone. */
  readonly config: JsonObject | undefined;
  /** As written in the file, for example `3.15.1` or `2.2.4-tf`. */
  readonly kerasVersion: string | undefined;
  readonly weights: WeightStore;
  /** `training_config` of older files; Keras 3 keeps it in the config, as `compile_config`. */
  readonly trainingConfig: JsonObject | undefined;
  /** Optimizer state of older files, in file order; Keras 3 keeps it in the group `optimizer` of the weight tree. */
  readonly optimizerWeights: readonly NamedWeight[];
  /** Files of `assets/` in a `.keras` archive, by path below it: `layers/text_vectorization/vocabulary.txt`. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
}

/** Weights in one of the three arrangements that Keras files have. */
export type WeightStore = WeightTree | WeightLayers | WeightNames;

/** Keras 3: a tree that follows the objects of the model, `layers/dense_1/vars/0`. */
export interface WeightTree {
  readonly layout: 'tree';
  readonly root: WeightGroup;
  /**
   * The group of an object: `''` is the model itself, `layers/conv2d` its first Conv2D, `optimizer` its optimizer.
   * Files of Keras 2.12 to 2.15, which say `_layer_checkpoint_dependencies` for `layers`, answer to the same paths.
   */
  group(path: string): WeightGroup | undefined;
}

export interface WeightGroup {
  /** The path below the root, without a leading slash. */
  readonly path: string;
  /** The variables of the object itself, in the order of their numeric names. */
  readonly vars: readonly NDArray[];
  /** The same by their names in the file, for objects that give names of their own. */
  readonly named: ReadonlyMap<string, NDArray>;
  /** Attributes of the object's `vars` group; `name` is the object's name where the file has it. */
  readonly attributes: Attributes;
  readonly children: ReadonlyMap<string, WeightGroup>;
}

/** Keras 1 and 2 HDF5: a list of layers, each with its weights in `layer.trainable_weights + layer.non_trainable_weights` order. */
export interface WeightLayers {
  readonly layout: 'layers';
  readonly layers: readonly LayerWeights[];
  /** The Keras that wrote them: `1`, where the file does not say. */
  readonly kerasVersion: string;
  /** Its back end, where the file says. */
  readonly backend: string | undefined;
  /** Weights that the model itself owns, outside its layers. */
  readonly topLevel: readonly NamedWeight[];
}

export interface LayerWeights {
  readonly name: string;
  readonly weights: readonly NamedWeight[];
}

/** TensorFlow.js: weights by name, `conv1/kernel`; the order in the file means nothing. */
export interface WeightNames {
  readonly layout: 'names';
  readonly weights: ReadonlyMap<string, NDArray>;
}

export interface NamedWeight {
  readonly name: string;
  readonly value: NDArray;
}

export type AttributeValue = string | readonly string[] | NDArray;
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** A tree to write: what the model's objects hold, in the arrangement of Keras 3. */
export interface WeightTreeInput {
  /** The object's name, kept as an attribute; Keras only shows it. */
  readonly name?: string;
  readonly vars?: readonly NDArray[];
  /** Variables under names of their own, besides or instead of numbered ones. */
  readonly named?: ReadonlyMap<string, NDArray>;
  readonly children?: ReadonlyMap<string, WeightTreeInput>;
}
