// Splits a model whose first layers take strings: what runs on the host becomes a program of steps, the rest a model of numbers.
import type { HostProgram } from '../../../runtime/preprocessing/index.ts';
import { UnsupportedError } from '../../errors/index.ts';
import { HostLayer } from '../engine/host-layer.ts';
import { Input } from '../engine/input-layer.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import { type Node, type Operation, replaceKerasTensors } from '../engine/node.ts';
import { flatten, type Nested, packLike } from '../engine/structure.ts';
import type { FunctionalGraph } from './functional-graph.ts';

export interface HostPart {
  /** The steps as the layers are now: vocabularies may still change. */
  readonly program: () => HostProgram;
  /** The inputs of the model of numbers, and its outputs in the structure of the whole model's. */
  readonly inputs: readonly KerasTensor[];
  readonly outputs: Nested<KerasTensor>;
}

/** A value on the host: an input of the model, or what a step made. */
class HostValue {
  readonly name: string;
  readonly tensor: KerasTensor;
  /** The input of the model of numbers that it feeds, where there is one. */
  placeholder: KerasTensor | undefined = undefined;

  constructor(name: string, tensor: KerasTensor) {
    this.name = name;
    this.tensor = tensor;
  }
}

/** The two parts; undefined for a model of numbers alone. `names` are those of the inputs. */
export function splitHostPart(graph: FunctionalGraph, names: readonly string[]): HostPart | undefined {
  const tensors = [...graph.inputs, ...graph.outputs];
  return tensors.some(({ dtype }) => dtype === 'string') ? new Splitter(graph, names).split() : undefined;
}

class Splitter {
  readonly #graph: FunctionalGraph;
  readonly #inputs: readonly HostValue[];
  readonly #steps: { readonly layer: HostLayer; readonly inputs: readonly string[]; readonly output: string }[] = [];
  readonly #results: HostValue[] = [];
  readonly #taken: Set<string>;

  constructor(graph: FunctionalGraph, names: readonly string[]) {
    this.#graph = graph;
    this.#inputs = graph.inputs.map((tensor, index) => new HostValue(names[index] as string, tensor));
    this.#taken = new Set(names);
  }

  split(): HostPart {
    const outputs = this.#run(this.#graph, this.#inputs).map((value) => this.#numbers(value, 'an output of the model'));
    return {
      program: () => ({
        inputs: this.#inputs.map(({ name, tensor }) => ({ name, dtype: tensor.dtype, shape: tensor.shape })),
        steps: this.#steps.map(({ layer, inputs, output }) => ({ step: layer.hostStep(), inputs, output })),
        results: this.#results.map(({ name }) => name),
      }),
      inputs: this.#results.map(({ placeholder }) => placeholder as KerasTensor),
      outputs: packLike(this.#graph.outputStructure, outputs),
    };
  }

  /** Walks a graph; what takes strings becomes a step, everything else is called again on the tensors of the new model. */
  #run(graph: FunctionalGraph, inputs: readonly unknown[]): unknown[] {
    const values = new Map<KerasTensor, unknown>(graph.inputs.map((tensor, index) => [tensor, inputs[index]]));
    for (const node of graph.nodesByDepth.flat()) {
      if (node.isInput || !node.inputs.every((tensor) => values.has(tensor))) continue;
      const results = this.#runNode(node, (tensor) => values.get(tensor));
      node.outputs.forEach((tensor, index) => {
        values.set(tensor, results[index]);
      });
    }
    return graph.outputs.map((tensor) => values.get(tensor));
  }

  #runNode(node: Node, valueOf: (tensor: KerasTensor) => unknown): unknown[] {
    const { operation } = node;
    const hasStrings = [...node.inputs, ...node.outputs].some(({ dtype }) => dtype === 'string');
    if (hasStrings && operation instanceof HostLayer) return [this.#addStep(operation, node, node.inputs.map(valueOf))];
    const inner = graphOf(operation);
    if (hasStrings && inner) return this.#run(inner, node.inputs.map(valueOf));
    const fill = (tensor: KerasTensor): unknown => this.#numbers(valueOf(tensor), `layer '${operation.name}'`);
    const args = replaceKerasTensors(node.args, fill) as unknown[];
    const options = replaceKerasTensors(node.options, fill) as Record<string, unknown>;
    return flatten(operation.invoke(...args, ...(Object.keys(options).length > 0 ? [options] : [])) as Nested<unknown>);
  }

  #addStep(layer: HostLayer, node: Node, inputs: readonly unknown[]): HostValue {
    const found = inputs.find((input) => !(input instanceof HostValue));
    if (found !== undefined) {
      throw new UnsupportedError('Strings can only be prepared before the compiled part of a model, not after it.', {
        code: 'host-after-program',
        where: `layer '${layer.name}' (${layer.className})`,
        cure: 'Give the numbers as the output of the model, and call the layer on them: layer(model.predict(x)).',
      });
    }
    const output = new HostValue(this.#freeName(layer.name), node.outputs[0] as KerasTensor);
    this.#steps.push({ layer, inputs: inputs.map((input) => (input as HostValue).name), output: output.name });
    return output;
  }

  /** The value as a tensor of the model of numbers. */
  #numbers(value: unknown, where: string): KerasTensor {
    if (!(value instanceof HostValue)) return value as KerasTensor;
    if (value.tensor.dtype === 'string') {
      throw new UnsupportedError(`The strings of '${value.name}' would go into the compiled part of the model.`, {
        code: 'string-tensor',
        where,
        cure: 'Strings may only go into StringLookup, TextVectorization, Hashing and HashedCrossing.',
      });
    }
    if (value.placeholder) return value.placeholder;
    const { shape, dtype } = value.tensor;
    value.placeholder = Input({ batchShape: shape, dtype, name: value.name });
    this.#results.push(value);
    return value.placeholder;
  }

  #freeName(name: string): string {
    let free = name;
    for (let count = 1; this.#taken.has(free); count++) free = `${name}_${count}`;
    this.#taken.add(free);
    return free;
  }
}

/** The graph of a model that is a layer of another. */
function graphOf(operation: Operation): FunctionalGraph | undefined {
  const { graph } = operation as { readonly graph?: FunctionalGraph };
  return graph;
}
