// Where training asks which elements an activation kept, the answer is read from its result: the value before it then need not be kept,
// and is computed inside of the activation's stage.
import type { Graph, Node, Value } from '../ir/graph.ts';

/** The same graph with comparisons of `x` with `a` made comparisons of `maximum(a, x)` with it, where nothing else reads `x`. */
export function maskByResult(graph: Graph): Graph {
  const maxima = new Map<string, { readonly value: Value; readonly position: number }>();
  const readers = new Map<Value, Node[]>();
  for (const [position, node] of graph.nodes.entries()) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
    if (node.op === 'maximum') {
      const [a, b] = node.inputs as readonly [Value, Value];
      for (const key of [keyOf(a, b), keyOf(b, a)]) if (!maxima.has(key)) maxima.set(key, { value: node.outputs[0] as Value, position });
    }
  }
  const kept = new Set<Value>([...graph.outputs, ...graph.updates.map(({ value }) => value)]);
  const isMask = (node: Node, x: Value): boolean => node.op === 'maximum' || comparedWith(node, x) !== undefined;
  let changes = false;
  const nodes = graph.nodes.map((node, position) => {
    const x = masked(node);
    const bound = x && comparedWith(node, x);
    const found = bound && maxima.get(keyOf(bound, x));
    // A comparison before the activation cannot read its result.
    const result = found && found.position < position ? found.value : undefined;
    if (!x || !result || kept.has(x) || !(readers.get(x) ?? []).every((reader) => isMask(reader, x))) return node;
    changes = true;
    return { ...node, inputs: node.inputs.map((input) => (input === x ? result : input)) } as Node;
  });
  return changes ? { ...graph, nodes } : graph;
}

const keyOf = (bound: Value, x: Value): string => `${bound.id}:${x.id}`;

/**
 * What `bound >= x` asks about. It holds for `maximum(bound, x)` where it holds for `x`: there the maximum is the bound itself, elsewhere
 * it is `x`. A NaN in either makes both false.
 */
function masked(node: Node): Value | undefined {
  if (node.op !== 'compare') return undefined;
  const [left, right] = node.inputs;
  if (node.params.direction === 'greater_equal') return right;
  return node.params.direction === 'less_equal' ? left : undefined;
}

function comparedWith(node: Node, x: Value): Value | undefined {
  return masked(node) === x ? node.inputs.find((input) => input !== x) : undefined;
}
