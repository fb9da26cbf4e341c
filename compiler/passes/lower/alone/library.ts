// Operations that are not one expression per element: sorting, running sums, scatter, random bits.
import { addIndex, axisIndex, constantIndex, rangeOf, valueIndex } from '../../../../codegen/stage/index-arithmetic.ts';
import type { Bound, IndexExpr } from '../../../../codegen/stage/stage.ts';
import type { Node, NodeOf, Value } from '../../../ir/graph.ts';
import type { GraphLowering } from '../lower.ts';
import { stageName } from '../lower.ts';

export function lowerLibrary(node: Node, lowering: GraphLowering): void {
  const name = stageName(node);
  const buffers = (values: readonly Value[]): number[] => values.map((value) => lowering.bufferOf(value));
  const shape = (node.inputs[0] as Value).type.shape;
  switch (node.op) {
    case 'sort':
      return lowering.emit({ kind: 'sort', name, inputs: buffers(node.inputs), outputs: buffers(node.outputs), ...node.params }, shape);
    case 'top_k': {
      const [values, indices] = buffers(node.outputs) as [number, number];
      return lowering.emit({ kind: 'top_k', name, input: buffers(node.inputs)[0] as number, values, indices, k: node.params.k }, shape);
    }
    case 'cumulative': {
      const { kind, axis, reverse } = node.params;
      const [input, output] = buffers([...node.inputs, ...node.outputs]) as [number, number];
      return lowering.emit({ kind: 'cumulative', name, input, output, axis, op: kind, reverse }, shape);
    }
    case 'random_bits': {
      const [key, output] = buffers([...node.inputs, ...node.outputs]) as [number, number];
      return lowering.emit({ kind: 'random_bits', name, key, output }, (node.outputs[0] as Value).type.shape);
    }
    case 'scatter':
      return lowerScatter(node, lowering);
    default:
      throw new Error(`kerasc bug: ${node.op} is not a library operation`);
  }
}

/** A copy of the operand, then the updates one by one where they fall inside. */
function lowerScatter(node: NodeOf<'scatter'>, lowering: GraphLowering): void {
  const [operand, indices, updates] = node.inputs as [Value, Value, Value];
  const output = lowering.bufferOf(node.outputs[0] as Value);
  lowering.copy(operand, output, undefined, stageName(node));
  const numbers = node.params;
  const axes = updates.type.shape.map((extent, dim) => lowering.newAxis(`u${dim}_`, extent));
  const at = axes.map(axisIndex);
  const batch = at.filter((_, dim) => !numbers.offsetAxes.includes(dim));
  const offsets = numbers.offsetAxes.map((dim) => at[dim] as IndexExpr);
  let nextOffset = 0;
  const conditions: Bound[] = [];
  const store = operand.type.shape.map((extent, dim) => {
    const dropped = numbers.collapsedAxes.includes(dim) || numbers.operandBatchAxes.includes(dim);
    const offset = dropped ? constantIndex(0) : (offsets[nextOffset++] as IndexExpr);
    const batchPosition = numbers.operandBatchAxes.indexOf(dim);
    if (batchPosition >= 0) return batch[numbers.indicesBatchAxes[batchPosition] as number] as IndexExpr;
    const component = numbers.startIndexMap.indexOf(dim);
    const start = component < 0 ? constantIndex(0) : valueIndex(lowering.at(indices, [...batch, constantIndex(component)]));
    const position = addIndex(start, offset);
    const range = rangeOf(position);
    if (!range || range.low < 0 || range.high >= extent) conditions.push({ index: position, extent });
    return position;
  });
  lowering.emit(
    { kind: 'scatter', name: stageName(node), output, axes, store, conditions, op: numbers.kind, body: lowering.at(updates, at) },
    updates.type.shape,
  );
}
