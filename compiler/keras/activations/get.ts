// Finds activations by name, config or value, as Keras's `activations.get`.
import { quote, ValueError } from '../../errors/index.ts';
import type { Tensor } from '../../trace/tensor.ts';
import type { ActivationName, RegisteredName } from '../engine/identifier-names.ts';
import * as ops from '../ops/index.ts';
import { findCustom } from '../saving/registry.ts';
import * as functions from './functions.ts';

/** A function from a tensor to one of the same shape. */
export type ActivationFunction = (x: Tensor) => Tensor;

/** A name (`relu`), a function, or the config of one; none is the identity. */
export type ActivationLike =
  | ActivationName
  | RegisteredName
  | ActivationFunction
  | { readonly class_name: string; readonly config: unknown }
  | null
  | undefined;

const { linear, exponential, mish, gelu, relu } = functions;
const { celu, elu, glu, hardShrink, hardSigmoid, hardSilu, hardTanh, leakyRelu, logSigmoid, logSoftmax, relu6, selu, sigmoid, silu } = ops;
const { softmax, softplus, softShrink, softsign, sparsemax, sparsePlus, sparseSigmoid, squareplus, tanh, tanhShrink, threshold } = ops;

/** Names in model files; the first name of a function is the one that is written. */
const FUNCTIONS = {
  relu, leaky_relu: leakyRelu, relu6, softmax, celu, elu, selu, softplus, softsign, squareplus, soft_shrink: softShrink,
  sparse_plus: sparsePlus, silu, gelu, glu, tanh, sigmoid, sparse_sigmoid: sparseSigmoid, exponential, hard_sigmoid: hardSigmoid,
  hard_silu: hardSilu, hard_tanh: hardTanh, hard_shrink: hardShrink, tanh_shrink: tanhShrink, threshold, linear, mish,
  log_softmax: logSoftmax, log_sigmoid: logSigmoid, sparsemax,
  swish: silu, hard_swish: hardSilu,
} as unknown as Readonly<Record<string, ActivationFunction>>; // biome-ignore format: one list

const NAMES = new Map<unknown, string>(
  Object.entries(FUNCTIONS)
    .reverse()
    .map(([name, type]) => [type, name]),
);

/** The activation that an identifier stands for. */
export function get(identifier: ActivationLike): ActivationFunction {
  if (identifier === null || identifier === undefined) return FUNCTIONS['linear'] as ActivationFunction;
  if (typeof identifier === 'function') return identifier;
  if (typeof identifier === 'string') return FUNCTIONS[identifier] ?? customFunction(identifier) ?? unknown(identifier);
  const { config } = identifier;
  // A function in a config: its name stands in the place of the arguments.
  if (identifier.class_name === 'function' && typeof config === 'string') return get(config as ActivationName);
  return unknown(identifier);
}

const customFunction = (name: string): ActivationFunction | undefined =>
  findCustom({ className: name }, {}) as unknown as ActivationFunction | undefined;

function unknown(identifier: unknown): never {
  throw new ValueError(
    `Could not interpret activation function identifier: ${typeof identifier === 'string' ? identifier : quote(identifier)}`,
    {
      code: 'activation',
      cure: 'Give a name such as "relu", or a function of one tensor written in ops.*.',
    },
  );
}

/** The name of a built-in activation, or the function itself, which a model file cannot hold. */
export const serialize = (activation: ActivationFunction): string | ActivationFunction => NAMES.get(activation) ?? activation;

/** The activation that the value of a model file stands for. */
export const deserialize = (config: Exclude<ActivationLike, ActivationFunction>): ActivationFunction => get(config);
