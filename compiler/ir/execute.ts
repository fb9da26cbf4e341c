// Evaluates graphs by the primitives' reference loops, node after node.
import { ValueError } from '../errors/index.ts';
import { formatType } from './format-type.ts';
import type { Graph, Node, Value } from './graph.ts';
import type { NDArray } from './ndarray.ts';
import { PRIMITIVES } from './primitives/index.ts';
import type { PrimitiveName } from './primitives/params.ts';
import type { Primitive } from './primitives/primitive.ts';
import { sameType } from './primitives/type-rules.ts';

export interface ReferenceOptions {
  /** Called after each node of the outermost graph with the values it made. */
  readonly observe?: (node: Node, outputs: readonly NDArray[]) => void;
  /** Values to use instead of the graph's own, by parameter path. */
  readonly parameters?: ReadonlyMap<string, NDArray>;
}

export interface ReferenceResult {
  readonly outputs: readonly NDArray[];
  /** Next values of variables, by path. */
  readonly updates: ReadonlyMap<string, NDArray>;
}

/** The graph's outputs for given inputs. Results may share memory with inputs and parameters. */
export function executeReference(graph: Graph, inputs: readonly NDArray[], options: ReferenceOptions = {}): readonly NDArray[] {
  return executeReferenceWithUpdates(graph, inputs, options).outputs;
}

/** The graph's outputs and the next values of its variables. */
export function executeReferenceWithUpdates(graph: Graph, inputs: readonly NDArray[], options: ReferenceOptions = {}): ReferenceResult {
  const values = new Map<Value, NDArray>();
  bindInputs(graph, inputs, values);
  for (const { value, path, data } of graph.parameters) values.set(value, options.parameters?.get(path) ?? data);
  const lastUses = findLastUses(graph);
  graph.nodes.forEach((node, index) => {
    const outputs = evaluateNode(
      node,
      node.inputs.map((value) => values.get(value) as NDArray),
    );
    node.outputs.forEach((value, result) => {
      values.set(value, outputs[result] as NDArray);
    });
    options.observe?.(node, outputs);
    for (const value of lastUses[index] ?? []) values.delete(value);
  });
  return {
    outputs: graph.outputs.map((value) => values.get(value) as NDArray),
    updates: new Map(graph.updates.map(({ path, value }) => [path, values.get(value) as NDArray])),
  };
}

/** The values of one node for given operands. */
export function evaluateNode(node: Node, inputs: readonly NDArray[]): readonly NDArray[] {
  const primitive = PRIMITIVES[node.op] as unknown as Primitive<PrimitiveName>;
  const types = node.outputs.map((value) => value.type);
  return primitive.evaluate(inputs, node.params, types, executeReference);
}

function bindInputs(graph: Graph, inputs: readonly NDArray[], values: Map<Value, NDArray>): void {
  if (inputs.length !== graph.inputs.length) {
    throw new ValueError(`The graph takes ${graph.inputs.length} inputs. Received: ${inputs.length}`, {
      code: 'graph-inputs',
      where: graph.name,
    });
  }
  graph.inputs.forEach((value, index) => {
    const input = inputs[index] as NDArray;
    if (!sameType(input, value.type)) {
      const name = value.name ?? `input ${index}`;
      throw new ValueError(`${name}: expected ${formatType(value.type)}. Received: ${formatType(input)}`, {
        code: 'graph-inputs',
        where: graph.name,
      });
    }
    values.set(value, input);
  });
}

/** For each node, the values that nobody reads after it: they are dropped, so that memory stays small. */
function findLastUses(graph: Graph): Value[][] {
  const kept = new Set<Value>([...graph.outputs, ...graph.updates.map(({ value }) => value)]);
  const seen = new Set<Value>(kept);
  const lastUses: Value[][] = graph.nodes.map(() => []);
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index] as Node;
    for (const value of [...node.inputs, ...node.outputs]) {
      if (seen.has(value)) continue;
      seen.add(value);
      lastUses[index]?.push(value);
    }
  }
  return lastUses;
}
