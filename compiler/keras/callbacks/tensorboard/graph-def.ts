// A graph of the compiler as a GraphDef of TensorFlow, for TensorBoard to draw: names and edges.
import type { Graph, Value } from '../../../ir/graph.ts';
import { int64, type Message, message, string } from './proto.ts';

/** Nodes under the names of their layers. */
export function graphDef(graph: Graph): Message {
  const names = new Map<Value, string>();
  const nodes: Message[] = [];
  const add = (name: string, op: string, inputs: readonly string[], outputs: readonly Value[]): void => {
    outputs.forEach((value, index) => {
      names.set(value, index === 0 ? name : `${name}:${index}`);
    });
    nodes.push([string(1, name), string(2, op), ...inputs.map((input) => string(3, input))]);
  };
  for (const value of graph.inputs) add(toNodeName(value.name ?? `input_${value.id}`), 'Placeholder', [], [value]);
  for (const { path, value } of graph.parameters) add(toNodeName(path), 'VariableV2', [], [value]);
  graph.nodes.forEach(({ op, scope, inputs, outputs }, index) => {
    const name = toNodeName([scope, `${op}_${index}`].filter(Boolean).join('/'));
    add(
      name,
      op,
      inputs.map((input) => names.get(input) as string),
      outputs,
    );
  });
  return [...nodes.map((node) => message(1, node)), message(4, [int64(1, 1)])];
}

/** Names of nodes have few characters to choose from. */
const toNodeName = (name: string): string => name.replace(/[^A-Za-z0-9_.\\/-]/g, '_').replace(/^[^A-Za-z0-9.]/, '.$&');
