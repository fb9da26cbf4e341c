// `model.save` and `model.saveWeights`: files that Keras 3 opens.
import { writeFile } from 'node:fs/promises';
import { ValueError } from '../../errors/index.ts';
import { type JsonObject, writeKerasFile, writeWeightsFile } from '../../formats/index.ts';
import type { Model } from '../models/model.ts';
import { collectAssets } from './assets.ts';
import { collectWeightTree } from './weight-tree.ts';

/** Writes the whole model as a `.keras` file. */
export async function saveModel(model: Model, path: string): Promise<void> {
  if (!path.endsWith('.keras')) {
    throw new ValueError(`The filename must end in \`.keras\`. Received: filepath=${path}`, { code: 'save-path' });
  }
  await writeFile(path, await modelToBytes(model));
}

/** The bytes of the model's `.keras` file. */
export async function modelToBytes(model: Model): Promise<Uint8Array> {
  requireBuilt(model);
  return writeKerasFile({
    config: model.serialize() as JsonObject,
    weights: collectWeightTree(model),
    assets: collectAssets(model),
    savedAt: new Date(),
  });
}

/** Writes the weights alone, as a `.weights.h5` file. */
export async function saveWeights(model: Model, path: string): Promise<void> {
  if (!path.endsWith('.weights.h5')) {
    throw new ValueError(`The filename must end in \`.weights.h5\`. Received: filepath=${path}`, { code: 'save-path' });
  }
  requireBuilt(model);
  await writeFile(path, await writeWeightsFile(collectWeightTree(model)));
}

function requireBuilt(model: Model): void {
  if (model.built) return;
  throw new ValueError(
    'You are saving a model that has not yet been built. Try building the model first by calling it on some data or by using `build()`.',
    { code: 'not-built', where: `model '${model.name}'` },
  );
}
