// Concatenation: each operand is computed, or copied, straight into its part of the result.
import type { Node, Value } from '../../../ir/graph.ts';
import type { GraphLowering } from '../lower.ts';
import { stageName } from '../lower.ts';

export function lowerConcatenate(node: Node, lowering: GraphLowering): void {
  if (node.op !== 'concatenate') throw new Error('kerasc bug: not a concatenation');
  const { axis } = node.params;
  const output = node.outputs[0] as Value;
  const buffer = lowering.bufferOf(output);
  let start = 0;
  for (const input of node.inputs) {
    lowering.copy(
      input,
      buffer,
      output.type.shape.map((_, dim) => (dim === axis ? start : 0)),
      stageName(node),
    );
    start += input.type.shape[axis] as number;
  }
}
