// Turns a model into one graph for the compiler: inputs and outputs named, every shape known.
import { formatShape, ValueError } from '../../errors/index.ts';
import type { Graph, Value } from '../../ir/graph.ts';
import type { Shape } from '../../ir/shape.ts';
import { withScope } from '../../trace/context.ts';
import { apply, type Tensor } from '../../trace/tensor.ts';
import { type InputSpec, trace } from '../../trace/trace.ts';
import { withCallContext } from '../engine/call-context.ts';
import { type KerasTensor, numericDType } from '../engine/keras-tensor.ts';
import { flatten, isPlainObject, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import type { Model } from './model.ts';

export interface TraceModelOptions {
  /** Size of the batch dimension. Default 1. */
  readonly batch?: number | undefined;
  /** Whether dropout, batch statistics and the like behave as in training. Default false. */
  readonly training?: boolean | undefined;
  /** Sizes for other dimensions that the model leaves open: input name -> whole shape. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
}

/** The model as a graph. Its parameters are the model's weights, its updates what the call changes (moving statistics, seeds). */
export function traceModel(model: Model, options: TraceModelOptions = {}): Graph {
  const { batch = 1, training = false } = options;
  const specs = specsOf(model, batch, options.shapes ?? {});
  makePathsUnique(model);
  let names: string[] = [];
  const { graph } = trace(
    model.name,
    specs,
    (...tensors) => {
      const inputs = packLike(model.input, tensors) as Nested<Tensor>;
      const outputs = withCallContext(training, () => model.call(inputs, { training }));
      names = outputNames(model, outputs);
      return distinct(flatten(outputs), tensors);
    },
    (outputs) => outputs,
  );
  return nameOutputs(graph, names);
}

function specsOf(model: Model, batch: number, shapes: Readonly<Record<string, Shape>>): InputSpec[] {
  const names = inputNames(model);
  return model.inputs.map((tensor, index) => {
    const name = names[index] as string;
    return {
      name,
      dtype: numericDType(tensor),
      shape: (Object.hasOwn(shapes, name) ? shapes[name] : undefined) ?? staticShape(model, tensor, name, batch),
    };
  });
}

function staticShape(model: Model, tensor: KerasTensor, name: string, batch: number): Shape {
  const shape = tensor.shape.map((dim, axis) => (axis === 0 ? (dim ?? batch) : dim));
  if (!shape.includes(null)) return shape as Shape;
  throw new ValueError(`The input '${name}' of model '${model.name}' has dimensions of unknown size: ${formatShape(tensor.shape)}.`, {
    code: 'unknown-dimension',
    cure: `Say how large they are: shapes: { ${name}: [${shape.map((dim) => dim ?? '...').join(', ')}] }.`,
  });
}

/** The names by which the inputs are fed: keys of a dictionary, else names of the Input layers. */
export function inputNames(model: Model): string[] {
  const structure = model.input;
  const isFlatDictionary =
    isPlainObject(structure) && Object.values(structure).every((value) => !isPlainObject(value) && !Array.isArray(value));
  return unique(
    isFlatDictionary ? Object.keys(structure).sort() : model.inputs.map((tensor) => tensor.history?.node.operation.name ?? tensor.name),
  );
}

/** The names of outputs of this structure: keys of a dictionary, else names of the layers that make them. */
export function outputNames(model: Model, outputs: Nested<unknown>): string[] {
  const paths: string[] = [];
  mapStructure(outputs, (_, path) => paths.push(path.join('/')));
  if (isPlainObject(outputs)) return paths;
  return unique(model.outputs.map((tensor) => tensor.history?.node.operation.name ?? tensor.name));
}

function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 1; taken.has(free); count++) free = `${name}_${count}`;
    taken.add(free);
    return free;
  });
}

/** Outputs that are inputs, or the same tensor twice, become copies: each output of a graph has one name. */
function distinct(outputs: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  const taken = new Set<Tensor>(inputs);
  return outputs.map((tensor) => {
    const isOwn = tensor.source.kind === 'result' && !taken.has(tensor);
    const output = isOwn ? tensor : (withScope('output', () => apply('reshape', { shape: tensor.shape }, tensor))[0] as Tensor);
    taken.add(output);
    return output;
  });
}

/** Parameters are known by their paths, so two layers of one name in different places must not share one. */
export function makePathsUnique(model: Model): void {
  const { variables } = model;
  const paths = unique(variables.map((variable) => variable.path));
  variables.forEach((variable, index) => {
    variable.path = paths[index] as string;
  });
}

/** The graph with names for its outputs. */
export function nameOutputs(graph: Graph, names: readonly string[]): Graph {
  const renamed = new Map<Value, Value>(graph.outputs.map((value, index) => [value, { ...value, name: names[index] as string }]));
  const rename = (value: Value): Value => renamed.get(value) ?? value;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
    outputs: graph.outputs.map(rename),
    updates: graph.updates.map(({ path, value }) => ({ path, value: rename(value) })),
  };
}
