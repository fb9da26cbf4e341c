// The graphs inside a node: branches of cond, condition and body of while, body of scan, the gradient of custom_gradient.
import type { Graph, Node } from './graph.ts';

export function nestedGraphs(node: Node): readonly Graph[] {
  switch (node.op) {
    case 'cond':
      return node.params.branches;
    case 'while':
      return [node.params.condition, node.params.body];
    case 'scan':
      return [node.params.body];
    case 'custom_gradient':
      return [node.params.backward];
    default:
      return [];
  }
}
