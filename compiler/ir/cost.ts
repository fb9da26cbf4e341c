// Arithmetic and memory traffic of nodes and whole graphs.
import type { Graph, Node } from './graph.ts';
import { PRIMITIVES } from './primitives/index.ts';
import type { PrimitiveName } from './primitives/params.ts';
import type { Cost, Primitive } from './primitives/primitive.ts';

/** The cost of one node; a loop of unknown length counts once. */
export function nodeCost(node: Node): Cost {
  const primitive = PRIMITIVES[node.op] as unknown as Primitive<PrimitiveName>;
  return primitive.cost(
    node.inputs.map((value) => value.type),
    node.params,
    node.outputs.map((value) => value.type),
    graphCost,
  );
}

/** The sum over all nodes, each reading its operands from memory and writing its results there. */
export function graphCost(graph: Graph): Cost {
  let flops = 0;
  let bytes = 0;
  for (const node of graph.nodes) {
    const cost = nodeCost(node);
    flops += cost.flops;
    bytes += cost.bytes;
  }
  return { flops, bytes };
}
