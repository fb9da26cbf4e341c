// Prints graphs as text that `parseGraph` reads back; the grammar is in docs/graph-text.md.
import { formatType } from './format-type.ts';
import type { Graph, Node, Value } from './graph.ts';
import type { NDArray } from './ndarray.ts';
import { nestedGraphs } from './nested-graphs.ts';
import { quoteString } from './text/quote-string.ts';
import { formatTensor, hashTensor, INLINE_ELEMENTS } from './text/tensor-text.ts';

/** Data of the tensors that the text names by hash. */
export type TensorData = ReadonlyMap<string, NDArray['data']>;

/** The graph as text; large tensors by hash only. */
export function printGraph(graph: Graph): string {
  return `${printBlock(graph, '')}\n`;
}

/** The graph as text, and all that is needed to parse it back. */
export function printGraphWithData(graph: Graph): { readonly text: string; readonly data: TensorData } {
  const data = new Map<string, NDArray['data']>();
  collectData(graph, data);
  return { text: printGraph(graph), data };
}

function printBlock(graph: Graph, indent: string): string {
  const inner = `${indent}  `;
  const lines = [
    ...graph.inputs.map((value) => `input ${printResult(value)}`),
    ...graph.parameters.map(
      ({ value, path, data, trainable }) =>
        `parameter ${printResult(value)} = ${trainable ? 'trainable' : 'frozen'} ${quoteString(path)} ${formatTensor(data)}`,
    ),
    ...graph.nodes.map((node) => printNode(node, inner)),
    ...graph.outputs.map((value) => `output %${value.id}`),
    ...graph.updates.map(({ path, value }) => `update ${quoteString(path)} = %${value.id}`),
  ];
  return [`graph ${quoteString(graph.name)} {`, ...lines.map((line) => inner + line), `${indent}}`].join('\n');
}

function printResult({ id, name, type }: Value): string {
  return `%${id}${name === undefined ? '' : ` ${quoteString(name)}`}: ${formatType(type)}`;
}

/** One node on one line, but for the graphs in it. */
export function printNode(node: Node, indent = ''): string {
  const results = node.outputs.length > 0 ? `${node.outputs.map(printResult).join(', ')} = ` : '';
  const operands = node.inputs.map(({ id }) => `%${id}`).join(', ');
  const params = Object.entries(node.params).map(([key, value]) => `${key}=${printParam(value, indent)}`);
  const braces = params.length > 0 ? ` {${params.join(', ')}}` : '';
  return `${results}${node.op}(${operands})${braces}${node.scope ? ` @ ${quoteString(node.scope)}` : ''}`;
}

function printParam(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => printParam(item, indent));
    return `[${items.join(typeof value[0] === 'object' && !Array.isArray(value[0]) ? ', ' : ',')}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return 'nodes' in value ? printBlock(value as Graph, indent) : formatTensor(value as NDArray);
}

function collectData(graph: Graph, data: Map<string, NDArray['data']>): void {
  const add = (value: NDArray): void => {
    if (value.data.length > INLINE_ELEMENTS) data.set(hashTensor(value), value.data);
  };
  for (const parameter of graph.parameters) add(parameter.data);
  for (const node of graph.nodes) {
    if (node.op === 'constant') add(node.params.value);
    for (const nested of nestedGraphs(node)) collectData(nested, data);
  }
}
