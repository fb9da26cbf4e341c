// A node in one line, for messages: its operation, its layer and its types.
import { formatType } from './format-type.ts';
import type { Node, Value } from './graph.ts';

/** `%5: f32[1,32] = add(%3: f32[1,32], %4: f32[1,32]) in dense` */
export function describeNode(node: Node): string {
  const typed = (value: Value | undefined): string => (value ? `%${value.id}: ${formatType(value.type)}` : 'nothing');
  const where = node.scope ? ` in ${JSON.stringify(node.scope)}` : '';
  return `${node.outputs.map(typed).join(', ')} = ${node.op}(${node.inputs.map(typed).join(', ')})${where}`;
}
