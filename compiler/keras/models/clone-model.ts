// `cloneModel`: the same architecture with new layers, and so with new weights.
import { quote, ValueError } from '../../errors/index.ts';
import { Input, InputLayer } from '../engine/input-layer.ts';
import { isKerasTensor, type KerasTensor } from '../engine/keras-tensor.ts';
import { Layer } from '../engine/layer.ts';
import type { Operation } from '../engine/node.ts';
import { OpInstance } from '../engine/operation.ts';
import { flatten, mapStructure, type Nested } from '../engine/structure.ts';
import { Lambda } from '../layers/index.ts';
import { deserializeKerasObject } from '../saving/deserialize.ts';
import { serializeObject } from '../saving/serialize.ts';
import type { FunctionalGraph } from './functional-graph.ts';
import { Model, type ModelOptions } from './model.ts';
import { Sequential } from './sequential.ts';

export interface CloneModelOptions {
  /** What to build on, in place of new Inputs, in the structure of the model's inputs. */
  readonly inputTensors?: Nested<KerasTensor> | undefined;
  /** Makes the layer that stands for a layer (never for an Input). By default one with the same config. */
  readonly cloneFunction?: ((layer: Layer) => Layer) | undefined;
  /** Calls a cloned layer or op; named arguments come last, as one object. For functional models only. */
  readonly callFunction?: ((operation: Operation, ...args: readonly unknown[]) => unknown) | undefined;
  /** Whether models inside the model are cloned layer by layer too. Default false: `cloneFunction` gets them whole. */
  readonly recursive?: boolean | undefined;
}

/**
 * A model of the same architecture with new weights. What layers share, their clones share.
 *
 * @example
 * const bigger = cloneModel(model, { cloneFunction: (layer) => (layer instanceof layers.Dense ? new layers.Dense(64) : layer) });
 */
export function cloneModel(model: Model, options: CloneModelOptions = {}): Model {
  return cloneWith(model, options, new Map());
}

type Clones = Map<Operation, Operation>;

function cloneWith(model: Model, options: CloneModelOptions, clones: Clones): Model {
  if (model instanceof Sequential) return keepCompiled(model, cloneSequential(model, options, clones));
  if (model.isFunctional && model.graph) return keepCompiled(model, cloneFunctional(model, model.graph, options, clones));
  const given = (['cloneFunction', 'inputTensors', 'callFunction'] as const).filter((key) => options[key] !== undefined);
  if (given.length === 0) return cloneByConfig(model) as Model;
  throw new ValueError(
    `Arguments ${given.map((key) => `\`${key}\``).join(' and ')} are only supported for Sequential models or Functional models. ` +
      `Received model of type '${model.className}'`,
    { code: 'clone-model', cure: 'The layers of a class with `call` are known to that class alone.' },
  );
}

function keepCompiled<M extends Model>(model: Model, clone: M): M {
  const config = model.compiled ? model.getCompileConfig() : undefined;
  if (config) clone.compileFromConfig(config);
  return clone;
}

/** The clone of an operation, made when it is met first. */
function cloneOf(operation: Operation, options: CloneModelOptions, clones: Clones): Operation {
  const known = clones.get(operation);
  if (known) return known;
  const clone = operation instanceof Layer ? cloneLayer(operation, options, clones) : cloneOp(operation as OpInstance);
  clones.set(operation, clone);
  return clone;
}

function cloneLayer(layer: Layer, options: CloneModelOptions, clones: Clones): Layer {
  if (options.recursive && layer instanceof Model && (layer instanceof Sequential || layer.isFunctional)) {
    const { callFunction, ...rest } = options;
    const inner = layer instanceof Sequential ? rest : { ...rest, callFunction };
    return cloneWith(layer, { ...inner, inputTensors: undefined }, clones);
  }
  return (options.cloneFunction ?? cloneByConfig)(layer);
}

const cloneOp = (op: OpInstance): OpInstance => new OpInstance(op.definition, op.name, op.fixed);

/** A layer with the same config that is not built; the user's own classes need not be registered for it. */
function cloneByConfig(layer: Layer): Layer {
  // A function has no config, and nothing in it to make anew.
  if (layer instanceof Lambda) return layer;
  const { build_config: _, ...serialized } = serializeObject(layer);
  const classes = [layer, ...layer.flattenLayers()].map((owner) => [owner.constructor.name, owner.constructor] as const);
  const isFunctional = layer instanceof Model && layer.isFunctional && layer.constructor === Model;
  const config = isFunctional ? { ...serialized, class_name: 'Functional', module: 'keras.src.models.functional' } : serialized;
  return deserializeKerasObject(config, { customObjects: Object.fromEntries(classes) }) as Layer;
}

function cloneSequential(model: Sequential, options: CloneModelOptions, clones: Clones): Sequential {
  if (options.callFunction) {
    throw new ValueError(
      '`callFunction` argument is not supported with Sequential models. In a Sequential model, layers aren’t called at ' +
        `model-construction time (they're merely listed). Received model '${model.name}'`,
      { code: 'clone-model', cure: 'Use it with functional models only.' },
    );
  }
  const layers = model.layers.map((layer) => cloneOf(layer, options, clones) as Layer);
  const input = sequentialInput(model, options.inputTensors);
  return new Sequential(input ? [input, ...layers] : layers, { name: model.name, trainable: model.trainable });
}

function sequentialInput(model: Sequential, given: Nested<KerasTensor> | undefined): KerasTensor | undefined {
  if (given !== undefined) {
    const tensors = flatten(given);
    if (tensors.length === 1 && isKerasTensor(tensors[0])) return tensors[0];
    throw new ValueError(`Argument \`inputTensors\` must contain a single KerasTensor. Received: ${tensors.length} value(s)`, {
      code: 'clone-model',
    });
  }
  const first = model.sublayers[0];
  if (!(first instanceof InputLayer)) return undefined;
  return Input({ batchShape: first.batchShape, dtype: first.tensor.dtype, name: first.name, optional: first.optional });
}

function cloneFunctional(model: Model, graph: FunctionalGraph, options: CloneModelOptions, clones: Clones): Model {
  const inputs = options.inputTensors ?? mapStructure(graph.inputStructure, freshInput);
  const tensors = flatten<unknown>(inputs);
  if (!tensors.every(isKerasTensor) || tensors.length !== graph.inputs.length) {
    throw new ValueError(
      `\`inputTensors\` must be KerasTensors in the structure of model.input (${graph.inputs.length} tensor(s)). Received: ${quote(tensors.length)} value(s)`,
      { code: 'clone-model' },
    );
  }
  const call = options.callFunction ?? ((operation: Operation, ...args: readonly unknown[]): unknown => operation.invoke(...args));
  const outputs = graph.run(tensors, undefined, (operation, args) => call(cloneOf(operation, options, clones), ...args));
  const type = model.constructor as new (options: ModelOptions) => Model;
  return new type({ inputs, outputs: outputs as Nested<KerasTensor>, name: model.name });
}

function freshInput(tensor: KerasTensor): KerasTensor {
  const operation = tensor.history?.node.operation;
  const optional = operation instanceof InputLayer && operation.optional;
  return Input({ batchShape: tensor.shape, dtype: tensor.dtype, name: operation?.name ?? tensor.name, optional });
}
