// Finds losses by name, config or value, as Keras's `losses.get`.
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { LossName, RegisteredName } from '../engine/identifier-names.ts';
import { toSnakeCase } from '../engine/names.ts';
import { mapKeys, toCamelCase } from '../saving/key-case.ts';
import { findCustom } from '../saving/registry.ts';
import { type SerializedObject, serializeObject } from '../saving/serialize.ts';
import * as losses from './all.ts';
import { Loss } from './loss.ts';

/** A function from targets and predictions to losses per sample. */
type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** A loss as model files hold it: an object, or the name of a function. */
interface SerializedLoss {
  readonly class_name: string;
  readonly config: unknown;
  readonly registered_name?: string | null;
}

/** A name (`mse`, `MeanSquaredError`), a function, a Loss, or a config. */
export type LossLike = LossName | RegisteredName | LossFunction | Loss | SerializedLoss;

const ALIASES: Readonly<Record<string, string>> = {
  bce: 'binary_crossentropy', BCE: 'binary_crossentropy', kld: 'kl_divergence', KLD: 'kl_divergence', mae: 'mean_absolute_error',
  MAE: 'mean_absolute_error', mse: 'mean_squared_error', MSE: 'mean_squared_error', mape: 'mean_absolute_percentage_error',
  MAPE: 'mean_absolute_percentage_error', msle: 'mean_squared_logarithmic_error', MSLE: 'mean_squared_logarithmic_error',
}; // biome-ignore format: one list

type LossClass = new (options: Record<string, unknown>) => Loss;
const isLossClass = (value: unknown): value is LossClass => typeof value === 'function' && value.prototype instanceof Loss;

const CLASSES = new Map(Object.entries(losses).filter(([, value]) => isLossClass(value)) as unknown as [string, LossClass][]);
const FUNCTIONS = new Map(
  Object.entries(losses as unknown as Record<string, LossFunction>)
    .filter(([, value]) => !isLossClass(value))
    .map(([name, value]) => [toSnakeCase(name), value]),
);
const NAMES = new Map<unknown, string>([...FUNCTIONS].map(([name, value]) => [value, name]));

/** The loss that an identifier stands for; undefined for none. */
export function get(identifier: LossLike | null | undefined): Loss | LossFunction | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (typeof identifier === 'string') return named(identifier) ?? refuse(identifier);
  if (isLossClass(identifier)) return new identifier({});
  return typeof identifier === 'function' ? (identifier as LossFunction) : deserialize(identifier);
}

function named(name: string): Loss | LossFunction | undefined {
  const type = (findCustom({ className: name }, {}) as LossClass | undefined) ?? CLASSES.get(name);
  if (isLossClass(type)) return new type({});
  return (type as LossFunction | undefined) ?? FUNCTIONS.get(ALIASES[name] ?? name);
}

/** The loss that a config of a model file describes. */
export function deserialize(serialized: SerializedLoss | string): Loss | LossFunction {
  if (typeof serialized === 'string') return named(serialized) ?? refuse(serialized);
  const { class_name: className, config, registered_name: registeredName } = serialized;
  // A function in a config: its name stands in the place of the arguments.
  if (className === 'function' && typeof config === 'string') return deserialize(config);
  const custom = findCustom({ className, registeredName }, {});
  const type = (custom as LossClass | undefined) ?? CLASSES.get(className) ?? refuse(serialized);
  return new type(mapKeys((config ?? {}) as Record<string, unknown>, toCamelCase));
}

/** The loss in the form of model files: a Loss as an object, a function by its name. */
export function serialize(loss: Loss | LossFunction): SerializedObject | string {
  return loss instanceof Loss ? serializeObject(loss) : (NAMES.get(loss) ?? refuse(loss.name));
}

function refuse(identifier: unknown): never {
  throw new ValueError(`Could not interpret loss identifier: ${typeof identifier === 'string' ? identifier : quote(identifier)}`, {
    code: 'loss',
    cure: 'Give a name such as "mse", a Loss, or a function of yTrue and yPred written in ops.*.',
  });
}
