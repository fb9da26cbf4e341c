// A model's graph of operations, and how it runs on new inputs.
import { ValueError } from '../../errors/index.ts';
import { Input, InputLayer } from '../engine/input-layer.ts';
import { isKerasTensor, type KerasTensor, KerasTensor as KerasTensorClass } from '../engine/keras-tensor.ts';
import { Node, type Operation, replaceKerasTensors } from '../engine/node.ts';
import { flatten, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import { type GraphMap, mapGraph } from './graph-map.ts';

/** Calls an operation of a graph; named arguments come last, as one object. */
export type CallOperation = (operation: Operation, args: readonly unknown[]) => unknown;
const invoke: CallOperation = (operation, args) => operation.invoke(...args);

export class FunctionalGraph {
  readonly inputStructure: Nested<KerasTensor>;
  readonly outputStructure: Nested<KerasTensor>;
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly #map: GraphMap;

  constructor(inputs: Nested<KerasTensor>, outputs: Nested<KerasTensor>) {
    requireKerasTensors('inputs', inputs);
    requireKerasTensors('outputs', outputs);
    const fromInputs = flatten(inputs).every((tensor) => tensor.history?.node.isInput) ? { inputs, outputs } : cloneGraph(inputs, outputs);
    this.inputStructure = fromInputs.inputs;
    this.outputStructure = fromInputs.outputs;
    this.inputs = flatten(this.inputStructure);
    this.outputs = flatten(this.outputStructure);
    this.#map = mapGraph(this.inputs, this.outputs);
    this.#requireConnected();
  }

  get operations(): readonly Operation[] {
    return this.#map.operations;
  }

  get nodesByDepth(): readonly (readonly Node[])[] {
    return this.#map.nodesByDepth;
  }

  hasNode(node: Node): boolean {
    return this.#map.nodes.has(node);
  }

  /**
   * Calls every operation on what stands for its inputs: tensors, or KerasTensors when the model is part of another.
   * As in Keras, whether this is training, once it is known, replaces what was said when the graph was made.
   * `call` may call something else in an operation's place.
   */
  run(inputs: readonly unknown[], training?: boolean, call: CallOperation = invoke): Nested<unknown> {
    const values = new Map<KerasTensor, unknown>(this.inputs.map((tensor, index) => [tensor, inputs[index]]));
    for (const node of this.nodesByDepth.flat()) {
      if (node.isInput || !node.inputs.every((tensor) => values.has(tensor))) continue;
      const fill = (tensor: KerasTensor): unknown => values.get(tensor);
      const args = replaceKerasTensors(node.args, fill) as unknown[];
      const said = replaceKerasTensors(node.options, fill) as Record<string, unknown>;
      const options = training !== undefined && 'training' in said ? { ...said, training } : said;
      const outputs = call(node.operation, [...args, ...(Object.keys(options).length > 0 ? [options] : [])]);
      const results = flatten(outputs as Nested<unknown>);
      node.outputs.forEach((tensor, index) => {
        values.set(tensor, results[index]);
      });
    }
    return packLike(
      this.outputStructure,
      this.outputs.map((tensor) => values.get(tensor)),
    );
  }

  /** Every output must follow from the inputs. */
  #requireConnected(): void {
    const known = new Set(this.inputs);
    for (const node of this.nodesByDepth.flat()) {
      if (node.isInput || !node.inputs.every((tensor) => known.has(tensor))) continue;
      for (const output of node.outputs) known.add(output);
    }
    mapStructure(this.outputStructure, (tensor, path) => {
      if (known.has(tensor)) return;
      throw new ValueError(`Output with path \`${path.join('.')}\` is not connected to \`inputs\``, {
        code: 'disconnected',
        cure: 'Pass to `inputs` every Input that the outputs were made from.',
      });
    });
  }
}

function requireKerasTensors(what: 'inputs' | 'outputs', structure: Nested<unknown>): void {
  const leaves = flatten(structure);
  if (leaves.length === 0) throw new ValueError(`\`${what}\` argument cannot be empty.`, { code: 'model-arguments' });
  const wrong = leaves.find((leaf) => !isKerasTensor(leaf));
  if (wrong === undefined && leaves.every(isKerasTensor)) return;
  throw new ValueError(
    `All \`${what}\` values must be KerasTensors. Received: ${what} including invalid value of type ${(wrong as object | null)?.constructor?.name ?? typeof wrong}`,
    { code: 'model-arguments', cure: `Start from Input({ shape }) and pass what layers return.` },
  );
}

/** A copy of the graph that starts from new Inputs in place of tensors inside another model. */
function cloneGraph(
  inputs: Nested<KerasTensor>,
  outputs: Nested<KerasTensor>,
): { inputs: Nested<KerasTensor>; outputs: Nested<KerasTensor> } {
  const clones = new Map<KerasTensor, KerasTensor>();
  const newInputs = mapStructure(inputs, (tensor) => {
    const clone = tensor.history?.node.isInput
      ? tensor
      : Input({ batchShape: tensor.shape, dtype: tensor.dtype, name: `${tensor.name}_clone` });
    clones.set(tensor, clone);
    return clone;
  });
  const cloneOf = (tensor: KerasTensor): KerasTensor => {
    const done = clones.get(tensor);
    if (done) return done;
    const node = tensor.history?.node;
    if (!node || node.isInput || node.operation instanceof InputLayer) {
      clones.set(tensor, tensor);
      return tensor;
    }
    const args = replaceKerasTensors(node.args, cloneOf) as unknown[];
    const options = replaceKerasTensors(node.options, cloneOf) as Record<string, unknown>;
    const copies = node.outputs.map((output) => new KerasTensorClass(output.shape, { dtype: output.dtype, name: `${output.name}_clone` }));
    new Node(node.operation, args, options, packLike(node.outputStructure, copies));
    node.outputs.forEach((output, index) => clones.set(output, copies[index] as KerasTensor));
    return clones.get(tensor) as KerasTensor;
  };
  return { inputs: newInputs, outputs: mapStructure(outputs, cloneOf) };
}
