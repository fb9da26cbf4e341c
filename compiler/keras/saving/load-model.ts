// `loadModel` and `loadWeights`: from a path to a model.
import { ValueError } from '../../errors/index.ts';
import { readModelBytes, readModelFile } from '../../formats/index.ts';
import type { Model } from '../models/model.ts';
import { assignWeights, type LoadModelOptions, modelFromFile } from './model-from-file.ts';
import { assignWeightsByName, type MismatchOptions } from './weight-layers.ts';

/**
 * Loads a model: `.keras`, `.h5` of Keras 1 to 3, TensorFlow.js layers (`model.json`), or the JSON of `to_json()`.
 *
 * @example const model = await loadModel('digits.keras');
 */
export async function loadModel(source: string | Uint8Array, options: LoadModelOptions = {}): Promise<Model> {
  const file = typeof source === 'string' ? await readModelFile(source) : await readModelBytes(source, 'model');
  return modelFromFile(file, options);
}

export interface LoadWeightsOptions extends MismatchOptions {
  /** Takes what belongs to layers of the same name and leaves the rest: for files whose layers are not those of the model. */
  readonly byName?: boolean | undefined;
}

/** Gives a model that was built the weights of a file. */
export async function loadWeights(model: Model, path: string, options: LoadWeightsOptions = {}): Promise<void> {
  if (!model.built) {
    throw new ValueError(
      'You are loading weights into a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
      { code: 'not-built', where: `model '${model.name}'` },
    );
  }
  const { weights } = await readModelFile(path);
  if (!options.byName) return assignWeights(model, weights, options);
  if (weights.layout === 'layers') return assignWeightsByName(model, weights, options);
  throw new ValueError("`by_name` only supports loading legacy '.h5' or '.hdf5' files.", { code: 'load-weights', where: path });
}
