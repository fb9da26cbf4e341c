// The steps of calling a layer: convert and check inputs, build, settle `training` and masks, compute, record.
import { quote, UnsupportedError, ValueError } from '../../errors/index.ts';
import { isFloat } from '../../ir/dtype.ts';
import { withScope } from '../../trace/context.ts';
import { lax } from '../../trace/lax.ts';
import { Tensor } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { currentAutocast, withAutocast } from './autocast.ts';
import { inheritedTraining, isInLayerCall, withCallContext } from './call-context.ts';
import { explainCallErrors } from './call-error.ts';
import { hasKerasTensor, isKerasTensor, KerasTensor, numericDType } from './keras-tensor.ts';
import type { Layer } from './layer.ts';
import { getKerasMask, type Maskable, setKerasMask } from './mask.ts';
import { Node } from './node.ts';
import { type ShapeStructure, shapesOf } from './shape-structure.ts';
import { StringTensor } from './string-tensor.ts';
import { flatten, isPlainObject, mapStructure, type Nested } from './structure.ts';
import { type TensorLike, toTensor } from './tensor-like.ts';

/** Named arguments of a layer's call. */
export interface CallOptions {
  readonly training?: boolean | undefined;
  readonly mask?: Nested<Maskable | null | undefined> | undefined;
  readonly [name: string]: unknown;
}

export type LayerInputs = Nested<TensorLike | null | undefined>;

/** Calls a layer with positional arguments and, last, an optional object of named ones. */
export function callLayer(layer: Layer, args: readonly unknown[]): unknown {
  const { positional, options: given } = splitArguments(args);
  const converted = positional.map((arg) => convertInput(layer, arg));
  const options = convertOptions(layer, given);
  layer.assertInputs(converted[0]);
  ensureBuilt(layer, converted, options);
  const training = given.training ?? inheritedTraining();
  const mask = options.mask ?? inputMask(converted);
  const callOptions: CallOptions = { ...options, ...(training === undefined ? {} : { training }), ...(mask === undefined ? {} : { mask }) };
  const symbolic = hasKerasTensor([...positional, given]);
  if (!isInLayerCall()) layer.clearLosses();
  const outputs = withScope(layer.name, () => {
    const result = withCallContext(training, () => compute(layer, converted, callOptions, symbolic));
    layer.built = true;
    if (!symbolic) addActivityLoss(layer, result as Nested<Tensor>);
    if (layer.supportsMasking) attachMasks(layer, converted[0], result, mask);
    else if (inputMask(converted) !== undefined) warnOfLostMask(layer);
    return result;
  });
  if (symbolic) new Node(layer, positional, given, outputs as Nested<KerasTensor>);
  return outputs;
}

/** The last argument is the named ones if it is a plain object and not the first. */
export function splitArguments(args: readonly unknown[]): { readonly positional: readonly unknown[]; readonly options: CallOptions } {
  const last = args.at(-1);
  if (args.length > 1 && (isPlainObject(last) || last === undefined))
    return { positional: args.slice(0, -1), options: (last ?? {}) as CallOptions };
  return { positional: args, options: {} };
}

function compute(layer: Layer, args: readonly unknown[], options: CallOptions, symbolic: boolean): Nested<Tensor> | Nested<KerasTensor> {
  const { className } = layer;
  return withAutocast(autocastFor(layer), () =>
    explainCallErrors(className, [...args, options], () =>
      symbolic ? layer.computeOutputSpec(args, options) : layer.runCall(args, options),
    ),
  );
}

/** As Keras: a layer of mixed precision sets the dtype in which variables are read, one of integers clears it. */
function autocastFor(layer: Layer): ReturnType<typeof currentAutocast> {
  if (!layer.autocast || !isFloat(layer.computeDtype)) return undefined;
  if (currentAutocast() !== undefined || layer.computeDtype !== layer.variableDtype) return layer.computeDtype;
  return undefined;
}

function convertInput(layer: Layer, input: unknown): unknown {
  if (!layer.convertsInputs) return input;
  if (Array.isArray(input) && isNumeric(input)) return convertLeaf(layer, toTensor(input as TensorLike));
  return mapStructure(input as Nested<unknown>, (leaf) => {
    if (leaf === null || leaf === undefined || isKerasTensor(leaf)) return convertLeaf(layer, leaf);
    if (leaf instanceof StringTensor) return leaf;
    if (isTensorLike(leaf)) return convertLeaf(layer, toTensor(leaf));
    return refuseInput(leaf);
  });
}

function refuseInput(value: unknown): never {
  if (typeof value === 'string') {
    throw new UnsupportedError(`This layer takes numbers. Received: ${quote(value)}`, {
      code: 'string-tensor',
      cure: 'Strings may only go into StringLookup, TextVectorization, Hashing and HashedCrossing.',
    });
  }
  const text = typeof value === 'function' && 'name' in value ? `<${value.constructor.name} name=${String(value.name)}>` : quote(value);
  throw new ValueError(
    'Only input tensors may be passed as positional arguments. ' +
      `The following argument value should be passed as a keyword argument: ${text} (of type ${value?.constructor?.name ?? typeof value})`,
    { code: 'positional-argument' },
  );
}

function convertOptions(layer: Layer, options: CallOptions): CallOptions {
  const entries = Object.entries(options).map(([key, value]) => [
    key,
    value instanceof Tensor || isKerasTensor(value) ? convertLeaf(layer, value) : value,
  ]);
  return Object.fromEntries(entries) as CallOptions;
}

/** Casts floats to the layer's compute dtype; the mask goes with them. */
function convertLeaf(layer: Layer, value: unknown): unknown {
  if (!(value instanceof Tensor) && !isKerasTensor(value)) return value;
  // Models pass strings on to the layers that take them.
  if (isKerasTensor(value) && !('getLayer' in layer)) numericDType(value);
  const dtype = layer.inputDtype;
  if (!layer.autocast || value.dtype === 'string' || !isFloat(value.dtype) || !isFloat(dtype) || value.dtype === dtype) return value;
  const cast = value instanceof Tensor ? lax.cast(value, dtype) : new KerasTensor(value.shape, { dtype, name: value.name });
  const mask = getKerasMask(value);
  if (mask) setKerasMask(cast, mask);
  return cast;
}

const isNumeric = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0 && isNumeric(value[0])
    : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';

const isTensorLike = (value: unknown): value is TensorLike =>
  value instanceof Tensor ||
  value instanceof Variable ||
  ArrayBuffer.isView(value) ||
  (typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value && 'data' in value);

/** Builds on the first call: with the shapes of the arguments that are tensors, positional ones first. */
function ensureBuilt(layer: Layer, args: readonly unknown[], options: CallOptions): void {
  if (layer.built) return;
  const named = Object.entries(options).filter(([key, value]) => !/mask$/i.test(key) && (value instanceof Tensor || isKerasTensor(value)));
  const shapes = [...args.map(shapesOf), ...named.map(([, value]) => shapesOf(value))];
  layer.buildOnCall(shapes as ShapeStructure[]);
  // Building may have narrowed what the layer expects.
  layer.assertInputs(args[0]);
}

/** The masks of the inputs, in the structure of the first argument; undefined if no input has one. */
function inputMask(args: readonly unknown[]): CallOptions['mask'] {
  const masks = mapStructure(args[0] as Nested<unknown>, (leaf) => getKerasMask(leaf));
  return flatten<Maskable | undefined>(masks).some((mask) => mask !== undefined) ? masks : undefined;
}

const warned = new WeakSet<Layer>();

function warnOfLostMask(layer: Layer): void {
  if (warned.has(layer)) return;
  warned.add(layer);
  console.warn(
    `Layer '${layer.name}' (of type ${layer.className}) was passed an input with a mask attached to it. However, this layer does not support ` +
      'masking and will therefore destroy the mask information. Downstream layers will not see the mask.',
  );
}

function attachMasks(layer: Layer, inputs: unknown, outputs: unknown, previousMask: unknown): void {
  const tensors = flatten(outputs as Nested<Maskable>);
  if (tensors.every((tensor) => getKerasMask(tensor) !== undefined)) return;
  const computed = layer.computeMask(inputs, previousMask);
  if (computed === undefined || computed === null) return;
  flatten(computed as Nested<Maskable | null | undefined>).forEach((mask, index) => {
    const tensor = tensors[index];
    if (tensor && mask && getKerasMask(tensor) === undefined) setKerasMask(tensor, mask);
  });
}

/** The activity penalty, per sample. */
function addActivityLoss(layer: Layer, outputs: Nested<Tensor>): void {
  const { activityRegularizer } = layer;
  if (!activityRegularizer) return;
  for (const output of flatten(outputs)) {
    const loss = activityRegularizer(output);
    const batch = output.shape[0];
    layer.addLoss(batch === undefined || batch === 0 ? loss : lax.divide(loss, lax.scalar(batch, loss.dtype)));
  }
}
