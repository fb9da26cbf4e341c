// Layers from configs and back.
import { ValueError } from '../../errors/index.ts';
import { Layer } from '../engine/layer.ts';
import { deserializeKerasObject } from '../saving/deserialize.ts';
import type { CustomObjects } from '../saving/registry.ts';
import { type SerializedObject, serializeObject } from '../saving/serialize.ts';

/** The layer in the form of model files. */
export const serialize = (layer: Layer): SerializedObject => serializeObject(layer);

/** The layer that a config of a model file describes, without the weights it had. */
export function deserialize(config: unknown, options: { readonly customObjects?: CustomObjects | undefined } = {}): Layer {
  const layer = deserializeKerasObject(config, options);
  if (layer instanceof Layer) return layer;
  throw new ValueError('`keras.layers.deserialize` was passed a `config` object that is not a `keras.layers.Layer`.', { code: 'config' });
}
