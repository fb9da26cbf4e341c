// The operations between symbolic inputs and outputs, in the order in which Keras lists and runs them.
import { ValueError } from '../../errors/index.ts';
import type { KerasTensor } from '../engine/keras-tensor.ts';
import type { Node, Operation } from '../engine/node.ts';

export interface GraphMap {
  /** The nodes of the model; other calls of the same layers do not belong to it. */
  readonly nodes: ReadonlySet<Node>;
  /** Nodes by their distance to the outputs, the farthest first: an order in which they can run. */
  readonly nodesByDepth: readonly (readonly Node[])[];
  readonly operations: readonly Operation[];
}

/** Finds the graph. Throws ValueError if the outputs need tensors that no input gives, or names collide. */
export function mapGraph(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): GraphMap {
  const { order, firstSeen } = sortNodes(inputs, outputs);
  const { nodeDepths, operationDepths } = measureDepths(order);
  for (const input of inputs) {
    const node = input.history?.node;
    if (!node || operationDepths.has(node.operation) || !node.isInput) continue;
    operationDepths.set(node.operation, 0);
    firstSeen.set(node.operation, -1);
    nodeDepths.set(node, 0);
  }
  const nodesByDepth = groupByDepth(nodeDepths);
  const operations = groupByDepth(operationDepths).flatMap((group) =>
    group.sort((a, b) => (firstSeen.get(a) as number) - (firstSeen.get(b) as number)),
  );
  refuseDuplicateNames(operations);
  return { nodes: new Set(nodeDepths.keys()), nodesByDepth, operations };
}

/** Depth first from the outputs: each node after those it needs. */
function sortNodes(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): { order: Node[]; firstSeen: Map<Operation, number> } {
  const order: Node[] = [];
  const firstSeen = new Map<Operation, number>();
  const finished = new Set<Node>();
  const visit = (tensor: KerasTensor): void => {
    const node = tensor.history?.node;
    if (!node || finished.has(node)) return;
    finished.add(node);
    if (!node.isInput && inputs.includes(tensor)) return;
    if (!firstSeen.has(node.operation)) firstSeen.set(node.operation, firstSeen.size);
    node.inputs.forEach(visit);
    order.push(node);
  };
  outputs.forEach(visit);
  return { order, firstSeen };
}

function measureDepths(order: readonly Node[]): { nodeDepths: Map<Node, number>; operationDepths: Map<Operation, number> } {
  const nodeDepths = new Map<Node, number>();
  const operationDepths = new Map<Operation, number>();
  const members = new Set(order);
  for (const node of order.toReversed()) {
    const depth = Math.max(nodeDepths.get(node) ?? 0, operationDepths.get(node.operation) ?? 0);
    operationDepths.set(node.operation, depth);
    nodeDepths.set(node, depth);
    for (const input of node.inputs) {
      const parent = input.history?.node;
      if (parent && members.has(parent)) nodeDepths.set(parent, Math.max(depth + 1, nodeDepths.get(parent) ?? 0));
    }
  }
  return { nodeDepths, operationDepths };
}

function groupByDepth<T>(depths: ReadonlyMap<T, number>): T[][] {
  const groups = new Map<number, T[]>();
  for (const [item, depth] of depths) groups.set(depth, [...(groups.get(depth) ?? []), item]);
  return [...groups.keys()].sort((a, b) => b - a).map((depth) => groups.get(depth) as T[]);
}

function refuseDuplicateNames(operations: readonly Operation[]): void {
  const counts = new Map<string, number>();
  for (const { name } of operations) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const [name, count] of counts) {
    if (count > 1) {
      throw new ValueError(`The name "${name}" is used ${count} times in the model. All operation names should be unique.`, {
        code: 'duplicate-name',
      });
    }
  }
}
