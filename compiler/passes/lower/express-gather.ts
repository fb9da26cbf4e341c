// Gather as index arithmetic: the operand's index at each axis is a start read from the indices plus an offset.
import { addIndex, clampIndex, constantIndex, valueIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { IndexExpr, StageExpr } from '../../../codegen/stage/stage.ts';
import type { NodeOf, Value } from '../../ir/graph.ts';
import type { GatherNumbers } from '../../ir/primitives/params.ts';
import type { At, Expressions } from './express.ts';

export function gatherAt(node: NodeOf<'gather'>, indices: At, expressions: Expressions): StageExpr {
  const [operand, starts] = node.inputs as [Value, Value];
  const { offsetAxes, sliceSizes } = node.params;
  const batch = indices.filter((_, axis) => !offsetAxes.includes(axis));
  const offsets = offsetAxes.map((axis) => indices[axis] as IndexExpr);
  const vector = (component: number): IndexExpr => valueIndex(expressions.at(starts, [...batch, constantIndex(component)]));
  let nextOffset = 0;
  const source = operand.type.shape.map((extent, axis) => {
    const dropped = node.params.collapsedAxes.includes(axis) || node.params.operandBatchAxes.includes(axis);
    const offset = dropped ? constantIndex(0) : (offsets[nextOffset++] as IndexExpr);
    return addIndex(startOf(node.params, axis, extent - (sliceSizes[axis] as number), batch, vector), offset);
  });
  return expressions.at(operand, source);
}

/** Where the slice starts along an operand axis: a batch position, a component of the index vector, or 0. */
function startOf(numbers: GatherNumbers, axis: number, last: number, batch: At, vector: (component: number) => IndexExpr): IndexExpr {
  const batchPosition = numbers.operandBatchAxes.indexOf(axis);
  if (batchPosition >= 0) return batch[numbers.indicesBatchAxes[batchPosition] as number] as IndexExpr;
  const component = numbers.startIndexMap.indexOf(axis);
  return component < 0 || last === 0 ? constantIndex(0) : clampIndex(vector(component), last + 1);
}
