// Finds optimizers by name, config or value, as Keras's `optimizers.get`.
import { quote, ValueError } from '../../errors/index.ts';
import type { OptimizerName, RegisteredName } from '../engine/identifier-names.ts';
import { deserializeKerasObject, isSerialized, type SerializedLike } from '../saving/deserialize.ts';
import { findCustom } from '../saving/registry.ts';
import { type SerializedObject, serializeObject } from '../saving/serialize.ts';
import * as optimizers from './all.ts';
import { Optimizer } from './optimizer.ts';

/** A name (`adam`), an optimizer, or a config. */
export type OptimizerLike = OptimizerName | RegisteredName | Optimizer | SerializedLike;

const NAMES = new Map(Object.keys(optimizers).map((name) => [name.toLowerCase(), name]));

/** The optimizer that an identifier stands for; names are read in lower case, as Keras does. */
export function get(identifier: OptimizerLike): Optimizer {
  if (identifier instanceof Optimizer) return identifier;
  if (typeof identifier === 'string') return deserialize({ class_name: identifier, config: {} });
  return isSerialized(identifier) ? deserialize(identifier) : refuse(identifier);
}

/** The optimizer that a config of a model file describes. */
export function deserialize(config: SerializedLike): Optimizer {
  const className = NAMES.get(config.class_name.toLowerCase());
  const isKnown = className !== undefined || findCustom({ className: config.class_name, registeredName: config.registered_name }, {});
  if (!isKnown && !config.module) refuse(config.class_name);
  const found = deserializeKerasObject(className === undefined ? config : { ...config, class_name: className, module: 'keras.optimizers' });
  return found instanceof Optimizer ? found : refuse(config);
}

/** The optimizer in the form of model files. */
export const serialize = (optimizer: Optimizer): SerializedObject => serializeObject(optimizer);

function refuse(identifier: unknown): never {
  throw new ValueError(`Could not interpret optimizer identifier: ${typeof identifier === 'string' ? identifier : quote(identifier)}`, {
    code: 'optimizer',
    cure: 'Give a name such as "adam", an Optimizer, or a config.',
  });
}
