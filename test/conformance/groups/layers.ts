// Replays layers: from config, weights and inputs to outputs, masks, losses, gradients, symbolic shapes and counts, and once more in
// training.
import { type KerasTensor, type Layer, layers, type Tensor } from '../../../compiler/index.ts';
import { getKerasMask } from '../../../compiler/keras/engine/index.ts';
import { flatten, mapStructure, type Nested } from '../../../compiler/keras/engine/structure.ts';
import { type LayerCall, translateCall } from '../call-layer.ts';
import { type Case, type Json, type JsonObject, Skip } from '../case.ts';
import { type Closeness, differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { deserialize } from '../deserialize.ts';
import { type GradientSection, tracedGradientProblems } from '../gradient-problems.ts';
import { isTensorValue, typeOf } from '../host-values.ts';
import { closenessFor } from '../tolerances.ts';
import './custom-cells.ts';
import { throwIfAny, toSymbolic } from './ops.ts';

interface StoredWeight {
  readonly path: string;
  readonly name: string;
  readonly trainable: boolean;
  readonly shape: Json;
}

interface LayerCase extends Case {
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
  readonly weights: readonly (StoredWeight & JsonObject)[];
  readonly param_count: number;
  readonly output: Json;
}

export function runLayer(item: Case, context: GroupContext): void {
  if (item['class'] === 'InputLayer') return runInputLayer(item);
  const layerCase = item as LayerCase;
  const layer = makeLayer(layerCase, context);
  const callArguments = inInference(layerCase, translateCall(layerCase, context), context);
  const call = callOf(layer, callArguments);
  adaptLayer(layer, layerCase, context);
  // The first call creates the weights; then they get their values.
  call(false);
  throwIfAny(weightDifferences(layer, layerCase));
  restoreWeights(layer, layerCase, context);
  const closeness = closenessFor(item);
  const output = call(false);
  throwIfAny([
    ...differences(output, context.decode(item['output'] as Json), closeness),
    ...maskDifferences(output, item['output_mask'] as Json | undefined, context, closeness),
    ...lossDifferences(layer, item['losses'] as Json | undefined, context, closeness),
    ...weightValueDifferences(layer, item['weights_after_inference'], context, closeness),
    ...('second_output' in item ? differences(call(false), context.decode(item['second_output'] as Json), closeness, 'second output') : []),
  ]);
  restoreWeights(layer, layerCase, context);
  throwIfAny(layerGradientProblems(item as GradientSection, layer, layerCase, callArguments, {}, context));
  checkTraining(layer, layerCase, callArguments, context);
  checkSymbolicCall(layerCase, call);
}

/** The outputs of cases are those of `training=False`, which is not every layer's default. */
function inInference(item: LayerCase, given: LayerCall, context: GroupContext): LayerCall {
  const parameters = context.signatures('keras.layers').get(`${String(item['class'])}()`) ?? [];
  return parameters.some(({ name }) => name === 'training') ? { ...given, named: { training: false, ...given.named } } : given;
}

function restoreWeights(layer: Layer, item: LayerCase, context: GroupContext): void {
  layer.setWeights(item.weights.map((weight) => (context.decode(weight as Json) as Tensor).value));
  // Earlier calls moved the states of a stateful layer.
  (layer as Layer & { resetState?: () => void }).resetState?.();
}

/** The same call with `training=True`; of random results only shapes and dtypes count. */
function checkTraining(layer: Layer, item: LayerCase, callArguments: LayerCall, context: GroupContext): void {
  const training = item['training'] as JsonObject | undefined;
  if (!training || training['same_as_inference']) return;
  restoreWeights(layer, item, context);
  const { positional, named } = callArguments;
  const output = layer(...(positional as [never]), { ...named, training: true } as never);
  if (training['random']) return throwIfAny(randomOutputProblems(output, training['outputs'] as readonly JsonObject[]));
  const closeness = closenessFor(item);
  throwIfAny([
    ...differences(output, context.decode(training['output'] as Json), closeness, 'output in training'),
    ...weightValueDifferences(layer, training['weights_after'], context, closeness),
  ]);
  restoreWeights(layer, item, context);
  const section = { ...training, cotangents: item['cotangents'] as Json } as GradientSection;
  const problems = layerGradientProblems(section, layer, item, callArguments, { training: true }, context);
  throwIfAny(problems.map((problem) => `${problem} (in training)`));
}

function layerGradientProblems(
  section: GradientSection,
  layer: Layer,
  item: LayerCase,
  { positional, named, python }: LayerCall,
  options: object,
  context: GroupContext,
): string[] {
  const weights = layer.weights.filter((_, index) => item.weights[index]?.trainable);
  const compute = (replace: <T>(structure: T) => T): unknown =>
    layer(...(replace(positional) as [never]), { ...replace(named), ...options });
  return tracedGradientProblems(section, compute, python, weights, context, gradientCloseness(item));
}

function randomOutputProblems(output: unknown, expected: readonly JsonObject[]): string[] {
  const found = flatten(output as Nested<unknown>).map((leaf) => (isTensorValue(leaf) ? typeOf(leaf) : undefined));
  return expected.flatMap(({ shape, dtype }, index) => {
    const type = found[index];
    const isEqual = JSON.stringify(type?.shape) === JSON.stringify(shape) && type?.dtype === dtype;
    return isEqual
      ? []
      : [`output ${index} in training is ${type?.dtype}[${type?.shape}], expected ${String(dtype)}${JSON.stringify(shape)}`];
  });
}

/** Gradients sum more than outputs do. */
function gradientCloseness(item: Case): Closeness {
  const { tolerance, ...rest } = closenessFor(item);
  return { ...rest, tolerance: Math.max(tolerance, 5e-5) };
}

function makeLayer(item: LayerCase, context: GroupContext): Layer {
  if (item['config'] !== null) return deserialize(item['config'] as Json) as Layer;
  const type = (layers as unknown as Record<string, new (options: object) => Layer>)[String(item['class'])];
  if (!type) throw new Skip(`layer ${String(item['class'])} is not there`);
  const { function: body, ...options } = context.decode(item['init_kwargs'] as Json) as Record<string, unknown>;
  const Lambda = type as unknown as new (body: unknown, options: object) => Layer;
  return new Lambda(body, options);
}

function adaptLayer(layer: Layer, item: LayerCase, context: GroupContext): void {
  if (!('adapt' in item)) return;
  const { adapt } = layer as Layer & { adapt?: (data: unknown) => void };
  if (!adapt) throw new Skip(`${item['class']}.adapt is not there`);
  adapt.call(layer, context.decode(item['adapt'] as Json));
}

/** Calls the layer as the case says, on values or on symbolic tensors. */
function callOf(layer: Layer, { positional, named }: LayerCall): (symbolic: boolean) => unknown {
  return (symbolic) => {
    const prepare = (value: unknown): unknown => (symbolic ? toSymbolic(value) : value);
    return layer(...(positional.map(prepare) as [never]), prepare(named));
  };
}

function weightDifferences(layer: Layer, item: LayerCase): string[] {
  const found = layer.weights.map(({ name, trainable, shape }) => `${name}${JSON.stringify(shape)}${trainable ? '' : ' frozen'}`);
  const wanted = item.weights.map(({ name, trainable, shape }) => `${name}${JSON.stringify(shape)}${trainable ? '' : ' frozen'}`);
  const problems = found.join(', ') === wanted.join(', ') ? [] : [`weights are ${found.join(', ')}; expected ${wanted.join(', ')}`];
  const count = layer.countParams();
  return count === item.param_count ? problems : [...problems, `the layer has ${count} parameters, expected ${item.param_count}`];
}

function maskDifferences(output: unknown, expected: Json | undefined, context: GroupContext, closeness: Closeness): string[] {
  if (expected === undefined) return [];
  const masks = flatten(output as Nested<unknown>).map((leaf) => getKerasMask(leaf) ?? null);
  return differences(masks, context.decode(expected), closeness, 'mask');
}

function lossDifferences(layer: Layer, expected: Json | undefined, context: GroupContext, closeness: Closeness): string[] {
  return expected === undefined ? [] : differences(layer.losses, context.decode(expected), closeness, 'losses');
}

/** Weights that the call changed: `{ index: value }`. */
function weightValueDifferences(layer: Layer, changed: Json | undefined, context: GroupContext, closeness: Closeness): string[] {
  return Object.entries(changed ?? {}).flatMap(([index, value]) =>
    differences(layer.weights[Number(index)], context.decode(value as Json), closeness, `weight ${index}`),
  );
}

function checkSymbolicCall(item: LayerCase, call: (symbolic: boolean) => unknown): void {
  const expected = item['symbolic_output_shape'];
  if (expected === undefined || expected === null) return;
  const shapes = mapStructure(call(true) as Nested<KerasTensor>, ({ shape }) => shape as unknown);
  const found = JSON.stringify(shapes);
  throwIfAny(found === JSON.stringify(expected) ? [] : [`symbolic output shape is ${found}, expected ${JSON.stringify(expected)}`]);
}

function runInputLayer(item: Case): void {
  const layer = deserialize(item['config'] as Json) as Layer;
  const [output] = flatten(layer.output as Nested<KerasTensor>);
  const found = JSON.stringify([output?.shape, output?.dtype]);
  const wanted = JSON.stringify([item['symbolic_output_shape'], item['symbolic_output_dtype']]);
  throwIfAny(found === wanted ? [] : [`the input is ${found}, expected ${wanted}`]);
}
