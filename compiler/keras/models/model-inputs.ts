// Brings what a model is called with into the order, dtype and rank of its inputs.
import { formatShape, ValueError } from '../../errors/index.ts';
import { lax } from '../../trace/lax.ts';
import { Tensor } from '../../trace/tensor.ts';
import { InputLayer } from '../engine/input-layer.ts';
import type { InputSpec } from '../engine/input-spec.ts';
import { isKerasTensor, type KerasShape, type KerasTensor, numericDType } from '../engine/keras-tensor.ts';
import { getKerasMask, setKerasMask } from '../engine/mask.ts';
import { isStringLike, StringTensor, toStringTensor } from '../engine/string-tensor.ts';
import { flatten, isPlainObject, type Nested } from '../engine/structure.ts';
import { type TensorLike, toTensor } from '../engine/tensor-like.ts';
import { expandLastAxis, squeezeLastAxis } from './last-axis.ts';

/** Host arrays among the inputs as tensors; whether an array is one input or a list of them, the model's structure tells. */
export function convertInputs(structure: Nested<KerasTensor>, inputs: unknown): unknown {
  if (isKerasTensor(structure)) {
    // A single input may come in a list or a dictionary of one.
    if (Array.isArray(inputs) && inputs.length === 1 && isTensorObject(inputs[0])) return [convertLeaf(inputs[0])];
    if (isPlainObject(inputs)) return mapValues(inputs, convertLeaf);
    return convertLeaf(inputs);
  }
  if (isPlainObject(inputs)) return mapValues(inputs, convertLeaf);
  const parts = Array.isArray(structure)
    ? (structure as readonly Nested<KerasTensor>[])
    : Object.values(structure as Record<string, Nested<KerasTensor>>);
  if (Array.isArray(inputs) && !(parts.length === 1 && typeof inputs[0] === 'number')) {
    return inputs.map((input, index) =>
      parts[index] === undefined ? convertLeaf(input) : convertInputs(parts[index] as Nested<KerasTensor>, input),
    );
  }
  return convertLeaf(inputs);
}

const mapValues = (object: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const isTensorObject = (value: unknown): boolean => typeof value === 'object' && value !== null && 'shape' in value;

const convertLeaf = (value: unknown): unknown => {
  if (value === null || value === undefined || isKerasTensor(value)) return value;
  return isStringLike(value) ? toStringTensor(value) : toTensor(value as TensorLike);
};

/** What the model expects of each input: its shape without the batch, under the input's name. */
export function inputSpecsOf(structure: Nested<KerasTensor>): InputSpec[] | undefined {
  const specOf = (tensor: KerasTensor, name?: string): InputSpec => {
    const operation = tensor.history?.node.operation;
    return {
      shape: tensor.shape.map((dim, axis) => (axis === 0 ? null : dim)),
      allowLastAxisSqueeze: true,
      name: name ?? operation?.name,
      optional: operation instanceof InputLayer && operation.optional,
    };
  };
  if (!isPlainObject(structure)) return flatten(structure).map((tensor) => specOf(tensor));
  const dictionary = structure as Record<string, Nested<KerasTensor>>;
  if (!Object.values(dictionary).every(isKerasTensor)) return undefined;
  return Object.keys(dictionary)
    .sort()
    .map((name) => specOf(dictionary[name] as KerasTensor, name));
}

/** The inputs as a flat list in the model's order, in its dtypes and ranks. */
export function standardizeInputs(structure: Nested<KerasTensor>, inputs: unknown): unknown[] {
  const expected = flatten(structure);
  const list = listInputs(structure, expected, inputs);
  if (list.length !== expected.length) {
    throw new ValueError(
      `The structure of \`inputs\` doesn't match the expected structure.\nExpected: ${expected.map((tensor) => tensor.name).join(', ')}\n` +
        `Received: ${list.length} input(s)`,
      { code: 'model-inputs' },
    );
  }
  return list.map((input, index) => fitInput(input, expected[index] as KerasTensor));
}

function listInputs(structure: Nested<KerasTensor>, expected: readonly KerasTensor[], inputs: unknown): unknown[] {
  if (!isPlainObject(inputs) || isPlainObject(structure)) return flatten(inputs as Nested<unknown>);
  const missing = expected.find((tensor) => !(tensor.name in inputs));
  if (!missing) return expected.map((tensor) => inputs[tensor.name]);
  throw new ValueError(
    `The structure of \`inputs\` doesn't match the expected structure.\nExpected: ${expected.map((tensor) => tensor.name).join(', ')}\n` +
      `Received: inputs with keys ${Object.keys(inputs).join(', ')}`,
    { code: 'model-inputs' },
  );
}

/** Casts to the input's dtype; adds or drops a last axis of size 1. */
function fitInput(input: unknown, expected: KerasTensor): unknown {
  if (input === null || input === undefined) {
    const operation = expected.history?.node.operation;
    if (!(operation instanceof InputLayer) || operation.optional) return input;
    throw new ValueError(`The input '${expected.name}' is not optional, but None was passed. Please provide a valid tensor.`, {
      code: 'model-inputs',
    });
  }
  if (input instanceof StringTensor) return fitStrings(input, expected);
  const typed = castTo(input as Tensor | KerasTensor, expected);
  const fitted = fitRank(typed, expected);
  const mask = getKerasMask(input);
  if (mask && fitted !== input) setKerasMask(fitted, mask);
  return fitted;
}

/** Strings gain or lose a last axis of size 1 as numbers do. */
function fitStrings(input: StringTensor, expected: KerasTensor): StringTensor {
  const { length } = expected.shape;
  const { shape, data } = input;
  if (expected.dtype === 'string' && shape.length === length) return input;
  if (expected.dtype === 'string' && shape.length === length + 1 && shape.at(-1) === 1) return new StringTensor(shape.slice(0, -1), data);
  if (expected.dtype === 'string' && shape.length === length - 1 && expected.shape.at(-1) === 1)
    return new StringTensor([...shape, 1], data);
  throw new ValueError(
    `Invalid input for input with name '${expected.name}'. Expected ${expected.dtype} of shape ${formatShape(expected.shape)}, ` +
      `but input is string of shape ${formatShape(shape)}`,
    { code: 'model-inputs' },
  );
}

const castTo = (input: Tensor | KerasTensor, expected: KerasTensor): Tensor | KerasTensor =>
  input instanceof Tensor ? lax.cast(input, numericDType(expected)) : input;

function fitRank(input: Tensor | KerasTensor, expected: KerasTensor): Tensor | KerasTensor {
  const shape: KerasShape = input.shape;
  const rank = expected.shape.length;
  if (shape.length === rank) return input;
  if (shape.length === rank + 1 && shape.at(-1) === 1) return squeezeLastAxis(input);
  if (shape.length === rank - 1 && expected.shape.at(-1) === 1) return expandLastAxis(input);
  throw new ValueError(
    `Invalid input shape for input with name '${expected.name}'. Expected shape ${formatShape(expected.shape)}, ` +
      `but input has incompatible shape ${formatShape(shape)}`,
    { code: 'model-inputs' },
  );
}
