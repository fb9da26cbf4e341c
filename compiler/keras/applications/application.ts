// What turns a builder into an entry of `keras.applications`: it checks the arguments and loads the weights that were asked for.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import { readModelBytes } from '../../formats/index.ts';
import { imageDataFormat } from '../engine/backend-config.ts';
import type { Model } from '../models/model.ts';
import { assignWeights } from '../saving/model-from-file.ts';
import type { ApplicationOptions } from './image-input.ts';

/** Where trained weights come from: a file, or a URL with the hash (SHA-256 or MD5, in hexadecimal) of what has to be found there. */
export type WeightsSource = string | { readonly url: string; readonly hash: string };

/** Makes the model: with `weights: null` at once, else when the weights have been loaded. */
export interface Application<O extends ApplicationOptions = ApplicationOptions> {
  (options: O & { readonly weights: null }): Model;
  (options: O & { readonly weights: WeightsSource }): Promise<Model>;
}

type Untyped = ApplicationOptions & { readonly weights?: WeightsSource | null };

/** The entry for a builder of fresh models. */
export function application<O extends ApplicationOptions>(build: (options: O) => Model): Application<O> {
  const create = (options: Untyped = {}): Model | Promise<Model> => {
    const source = checkWeights(options);
    if (imageDataFormat() === 'channels_first') {
      throw new UnsupportedError('The applications are made for images whose channels come last.', {
        code: 'application-format',
        cure: "Call config.setImageDataFormat('channels_last') before.",
      });
    }
    const model = build(options as unknown as O);
    return source === null ? model : loadInto(model, source);
  };
  return create as unknown as Application<O>;
}

/** As Keras, whose default is 'imagenet'. Throws ValueError for what is neither null nor something to load. */
function checkWeights(options: Untyped): WeightsSource | null {
  const { weights = 'imagenet', includeTop = true, classes = 1000 } = options;
  if (weights === null) return null;
  if (weights === 'imagenet') return refuseImageNet(includeTop && classes !== 1000 ? classes : undefined);
  if (typeof weights === 'string' && !existsSync(weights)) {
    throw new ValueError(
      "The `weights` argument should be either `None` (random initialization), 'imagenet' (pre-training on ImageNet), " +
        `or the path to the weights file to be loaded.  Received: weights=${weights}`,
      { code: 'application-weights', cure: 'There is no such file. A URL goes with its hash: weights: { url, hash }.' },
    );
  }
  checkActivation(includeTop, options.classifierActivation);
  return weights;
}

function refuseImageNet(classes: number | undefined): never {
  if (classes !== undefined) {
    throw new ValueError(
      `If using \`weights='imagenet'\` with \`include_top=True\`, \`classes\` should be 1000.  Received classes=${classes}`,
      { code: 'application-weights' },
    );
  }
  throw new UnsupportedError('The weights of ImageNet are not part of kerasc, and it downloads nothing that it was not told to.', {
    code: 'application-weights',
    cure:
      'Pass weights: null for fresh ones, the path of a weights file of Keras, or weights: { url, hash }. ' +
      'The files of Keras stand at https://storage.googleapis.com/tensorflow/keras-applications/.',
  });
}

function checkActivation(includeTop: boolean, activation: ApplicationOptions['classifierActivation']): void {
  if (!includeTop || activation === undefined || activation === null || activation === 'softmax') return;
  throw new ValueError(
    'Only `None` and `softmax` activations are allowed for the `classifier_activation` argument when using pretrained weights, ' +
      `with \`include_top=True\`; Received: classifier_activation=${typeof activation === 'string' ? activation : quote(activation)}`,
    { code: 'application-weights' },
  );
}

async function loadInto(model: Model, source: WeightsSource): Promise<Model> {
  if (typeof source === 'string') {
    await model.loadWeights(source);
    return model;
  }
  const { weights } = await readModelBytes(await download(source.url, source.hash), 'weights');
  assignWeights(model, weights);
  return model;
}

async function download(url: string, hash: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new ValueError(`The weights could not be downloaded: ${response.status} ${response.statusText}`, {
      code: 'application-weights',
      where: url,
    });
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const found = createHash(hash.length === 64 ? 'sha256' : 'md5')
    .update(bytes)
    .digest('hex');
  if (found === hash.toLowerCase()) return bytes;
  throw new ValueError(`Incomplete or corrupted file detected. The hash of the download is ${found}, expected ${quote(hash)}.`, {
    code: 'application-weights',
    where: url,
  });
}
