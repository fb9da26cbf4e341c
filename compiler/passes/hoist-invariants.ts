// Moves what is the same in every step of a scan out of it: turned kernels, weights in another precision. There it is computed once,
// or folded into the weights.
import type { Graph, Node, NodeOf, Value } from '../ir/graph.ts';
import type { PrimitiveName } from '../ir/primitives/params.ts';

/** Not worth the memory outside: they are index arithmetic, or a number, where they are read. What needs them outside gets a copy. */
const KEPT: ReadonlySet<PrimitiveName> = new Set(['constant', 'iota', 'broadcast', 'reshape']);

/** The same graph with smaller loops. */
export function hoistInvariants(graph: Graph): Graph {
  const values: NewValues = { next: 1 + Math.max(-1, ...allValues(graph).map(({ id }) => id)) };
  return { ...graph, nodes: graph.nodes.flatMap((node) => (node.op === 'scan' ? hoistFrom(node as NodeOf<'scan'>, values) : [node])) };
}

/** Numbers the values that are new in a graph. */
interface NewValues {
  next: number;
}

const allValues = (graph: Graph): Value[] => [
  ...graph.inputs,
  ...graph.parameters.map(({ value }) => value),
  ...graph.nodes.flatMap(({ outputs }) => outputs),
];

/** The loop, and before it what it need not do. */
function hoistFrom(node: NodeOf<'scan'>, values: NewValues): Node[] {
  const { constants } = node.params;
  // Inner loops first: what leaves them may leave this one too.
  const body = hoistInvariants(node.params.body);
  const moved = invariantNodes(body, constants);
  if (moved.length === 0) return [body === node.params.body ? node : withBody(node, body)];
  const outside = new Map<Value, Value>(body.inputs.slice(0, constants).map((value, index) => [value, node.inputs[index] as Value]));
  const copies = moved.map((inner): Node => {
    const outputs = inner.outputs.map(({ type }): Value => ({ id: values.next++, type }));
    inner.outputs.forEach((value, index) => {
      outside.set(value, outputs[index] as Value);
    });
    return { ...inner, inputs: inner.inputs.map((input) => outside.get(input) as Value), outputs } as Node;
  });
  const gone = moved.filter((inner) => !KEPT.has(inner.op));
  const rest = body.nodes.filter((inner) => !gone.includes(inner));
  const read = new Set<Value>([...rest.flatMap((inner) => inner.inputs), ...body.outputs]);
  const further = gone.flatMap((inner) => inner.outputs).filter((value) => read.has(value));
  const inputs = [...body.inputs.slice(0, constants), ...further, ...body.inputs.slice(constants)];
  const operands = [
    ...node.inputs.slice(0, constants),
    ...further.map((value) => outside.get(value) as Value),
    ...node.inputs.slice(constants),
  ];
  const loop = withBody(node, { ...body, inputs, nodes: rest });
  return [...copies, { ...loop, inputs: operands, params: { ...loop.params, constants: constants + further.length } }];
}

const withBody = (node: NodeOf<'scan'>, body: Graph): NodeOf<'scan'> => ({ ...node, params: { ...node.params, body } });

/** Nodes that depend on constants of the loop alone, and lead to one that is worth moving. */
function invariantNodes(body: Graph, constants: number): readonly Node[] {
  const varying = new Set<Value>(body.inputs.slice(constants));
  const fixed = new Set<Value>(body.inputs.slice(0, constants));
  const invariant: Node[] = [];
  for (const node of body.nodes) {
    if (node.inputs.some((input) => varying.has(input))) for (const output of node.outputs) varying.add(output);
    else invariant.push(node);
    // What depends on no constant of the loop at all is folded where it is.
    if (node.inputs.some((input) => fixed.has(input))) for (const output of node.outputs) fixed.add(output);
  }
  const wanted = new Set<Value>();
  const moved: Node[] = [];
  for (const node of invariant.reverse()) {
    const isWorth = !KEPT.has(node.op) && node.inputs.some((input) => fixed.has(input));
    if (!isWorth && !node.outputs.some((output) => wanted.has(output))) continue;
    moved.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return moved.reverse();
}
