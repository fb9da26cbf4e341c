// Finds initializers by name, config or value, as Keras's `initializers.get`.
import { formatShape, quote, ValueError } from '../../errors/index.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { type Shape, sameShape } from '../../ir/shape.ts';
import { lax } from '../../trace/lax.ts';
import { Tensor, tensorOf } from '../../trace/tensor.ts';
import type { InitializerName, RegisteredName } from '../engine/identifier-names.ts';
import { mapKeys, toCamelCase, toFileCase } from '../saving/key-case.ts';
import { findCustom } from '../saving/registry.ts';
import { Constant, Identity, Ones, Zeros } from './constant-initializers.ts';
import { Initializer, type InitializerCallOptions } from './initializer.ts';
import { Orthogonal } from './orthogonal.ts';
import { RandomNormal, RandomUniform, TruncatedNormal } from './random-initializers.ts';
import { STFT } from './stft.ts';
import { GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform, VarianceScaling } from './variance-scaling.ts';

/** A function from a shape to a tensor. */
export type InitializerFunction = (shape: Shape, options?: InitializerCallOptions) => Tensor;

/** An initializer as model files hold it. */
export interface SerializedInitializer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly module?: string | null;
  readonly registered_name?: string | null;
}

/** A name (`glorot_uniform`), an initializer or function, a value, or a config. */
export type InitializerLike =
  | InitializerName
  | RegisteredName
  | InitializerFunction
  | Initializer
  | Tensor
  | NDArray
  | SerializedInitializer;

type InitializerClass = new (options: Record<string, unknown>) => Initializer;
const CLASSES = {
  Zeros, Ones, Constant, Identity, RandomNormal, RandomUniform, TruncatedNormal, VarianceScaling,
  GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, Orthogonal, STFT,
} as unknown as Readonly<Record<string, InitializerClass>>; // biome-ignore format: one list

const ALIASES: Readonly<Record<string, string>> = {
  zero: 'Zeros', one: 'Ones', normal: 'RandomNormal', uniform: 'RandomUniform', OrthogonalInitializer: 'Orthogonal', IdentityInitializer: 'Identity',
  STFTInitializer: 'STFT', stft: 'STFT',
}; // biome-ignore format: one list

const snakeName = (className: string): string =>
  `${className[0]?.toLowerCase()}${className.slice(1).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
const BY_NAME = new Map<string, InitializerClass>([
  ...Object.entries(CLASSES),
  ...Object.entries(CLASSES).map(([name, type]) => [snakeName(name), type] as const),
  ...Object.entries(ALIASES).map(([alias, name]) => [alias, CLASSES[name] as InitializerClass] as const),
]);

const unknown = (identifier: unknown): never => {
  throw new ValueError(`Could not interpret initializer identifier: ${typeof identifier === 'string' ? identifier : quote(identifier)}`, {
    code: 'initializer',
    cure: 'Give a name such as "glorot_uniform", an Initializer, or a function from a shape to a tensor.',
  });
};

/** The initializer that an identifier stands for. */
export function get(identifier: InitializerLike): InitializerFunction {
  if (typeof identifier === 'string') return deserialize({ class_name: identifier, config: {} });
  if (identifier instanceof Tensor) return fixedValue(identifier);
  if (typeof identifier === 'function') {
    const isClass = identifier.prototype instanceof Initializer;
    return isClass ? new (identifier as unknown as new () => Initializer)() : (identifier as InitializerFunction);
  }
  if (typeof identifier !== 'object' || identifier === null) return unknown(identifier);
  if ('class_name' in identifier) return deserialize(identifier);
  return 'data' in identifier ? fixedValue(tensorOf(identifier.dtype, identifier.shape, identifier.data)) : unknown(identifier);
}

/** Gives the tensor itself, for the one shape that it has. */
function fixedValue(tensor: Tensor): InitializerFunction {
  return (shape, { dtype } = {}) => {
    if (!sameShape(shape, tensor.shape)) {
      throw new ValueError(
        `Expected \`shape\` to be ${formatShape(tensor.shape)} for direct tensor as initializer. Received shape=${formatShape(shape)}`,
        {
          code: 'initializer-shape',
        },
      );
    }
    return lax.cast(tensor, dtype ?? tensor.dtype);
  };
}

/** The initializer that a config of a model file describes. */
export function deserialize(config: SerializedInitializer): InitializerFunction {
  const custom = findCustom({ className: config.class_name, registeredName: config.registered_name ?? null }, {});
  const type = (custom as InitializerClass | undefined) ?? BY_NAME.get(config.class_name) ?? unknown(config.class_name);
  // A Constant may hold an array of values.
  const value = config.config['value'];
  if (type === CLASSES['Constant'] && typeof value === 'object' && value !== null) return unknown(config);
  return new type(mapKeys(config.config ?? {}, toCamelCase));
}

/** The initializer in the form of model files. */
export function serialize(initializer: Initializer): SerializedInitializer {
  return {
    module: 'keras.initializers',
    class_name: initializer.constructor.name,
    config: mapKeys(initializer.getConfig(), toFileCase),
    registered_name: null,
  };
}
