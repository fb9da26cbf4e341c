// Matrix products and convolutions as one form: a sum of products of two loads whose indices are affine.
import { addIndex, axisIndex, constantIndex, divideIndex, multiplyIndex, remainderIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, Bound, IndexExpr, StageExpr } from '../../../codegen/stage/stage.ts';
import type { NodeOf, Value } from '../../ir/graph.ts';
import { type At, type Expressions, guard, undilated } from './express.ts';
import { memoryType } from './memory-type.ts';
import { groupDims, linearize } from './reshape-indices.ts';

/** sum over axes of left * right, in the type of the result. */
function sumOfProducts(output: Value, allAxes: readonly Axis[], left: StageExpr, right: StageExpr): StageExpr {
  const axes = allAxes.filter((axis) => axis.extent > 1);
  const type = memoryType(output.type.dtype);
  const body: StageExpr = { kind: 'elementwise', type, op: 'multiply', args: [left, right] };
  return axes.length === 0 ? body : { kind: 'reduce', type, op: 'sum', axes, body };
}

export function dotGeneralAt(node: NodeOf<'dot_general'>, indices: At, expressions: Expressions): StageExpr {
  const [lhs, rhs] = node.inputs as [Value, Value];
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = node.params;
  const axes: Axis[] = [];
  const contracted = lhsContracting.map((axis) => contractedIndex(lhs, axis, axes, expressions));
  const operandIndices = (operand: Value, contracting: readonly number[], batch: readonly number[], firstFree: number): IndexExpr[] => {
    let free = firstFree;
    return operand.type.shape.map((_, axis) => {
      if (contracting.includes(axis)) return contracted[contracting.indexOf(axis)] as IndexExpr;
      if (batch.includes(axis)) return indices[batch.indexOf(axis)] as IndexExpr;
      return indices[free++] as IndexExpr;
    });
  };
  const lhsFree = lhs.type.shape.length - lhsContracting.length - lhsBatch.length;
  const left = expressions.at(lhs, operandIndices(lhs, lhsContracting, lhsBatch, lhsBatch.length));
  const right = expressions.at(rhs, operandIndices(rhs, rhsContracting, rhsBatch, lhsBatch.length + lhsFree));
  return sumOfProducts(node.outputs[0] as Value, axes, left, right);
}

/**
 * Where a contracted dim was made by flattening others (Flatten before Dense), one loop per flattened dim keeps both
 * operands affine, whatever layout the tensor before the reshape has.
 */
function contractedIndex(value: Value, axis: number, axes: Axis[], expressions: Expressions): IndexExpr {
  const extents = flattenedDims(value, axis, expressions) ?? [value.type.shape[axis] as number];
  const parts = extents.map((extent) => expressions.newAxis('k', extent));
  axes.push(...parts);
  return linearize(parts.map(axisIndex), extents);
}

/** The extents of the dims that a reshape made this one of, without those of 1; undefined where there is no such reshape. */
export function flattenedDims(value: Value, axis: number, { inlinedNode }: Expressions): readonly number[] | undefined {
  const node = inlinedNode(value);
  if (node?.op !== 'reshape') return undefined;
  const source = (node.inputs[0] as Value).type.shape;
  const group = groupDims(source, node.params.shape).find((item) => item.result.includes(axis));
  const others = group?.result.some((other) => other !== axis && node.params.shape[other] !== 1);
  return group && !others ? group.source.map((dim) => source[dim] as number).filter((dim) => dim !== 1) : undefined;
}

export function convolutionAt(node: NodeOf<'convolution'>, indices: At, expressions: Expressions): StageExpr {
  const [input, kernel] = node.inputs as [Value, Value];
  const { strides, padding, inputDilation, kernelDilation, featureGroups, batchGroups } = node.params;
  const last = input.type.shape.length - 1;
  const outputChannel = indices[last] as IndexExpr;
  const outputs = kernel.type.shape[last] as number;
  const channels = kernel.type.shape[last - 1] as number;
  const axes: Axis[] = [];
  const conditions: Bound[] = [];
  const taps: IndexExpr[] = [];
  const spatial = strides.map((stride, dim) => {
    const extent = kernel.type.shape[dim] as number;
    const start = addIndex(multiplyIndex(indices[dim + 1] as IndexExpr, stride), constantIndex(-(padding[dim]?.[0] ?? 0)));
    const { first, step } = reachedTaps(start, node.params, dim);
    const count = Math.max(0, Math.ceil((extent - first) / step));
    const tap = addIndex(constantIndex(first), multiplyIndex(axisIndex(pushAxis(axes, expressions.newAxis(`k${dim}`, count))), step));
    taps.push(tap);
    const position = addIndex(start, multiplyIndex(tap, kernelDilation[dim] as number));
    return undilated(position, inputDilation[dim] as number, input.type.shape[dim + 1] as number, conditions);
  });
  const type = memoryType(input.type.dtype);
  const zero: StageExpr = { kind: 'constant', type, value: type === 'i64' || type === 'u64' ? 0n : 0 };
  if (axes.some((axis) => axis.extent === 0)) return zero;
  const channel = axisIndex(pushAxis(axes, expressions.newAxis('c', channels)));
  const group = divideIndex(outputChannel, outputs / featureGroups);
  const inputChannel = featureGroups === 1 ? channel : addIndex(multiplyIndex(group, channels), channel);
  const batch = batchGroups === 1 ? (indices[0] as IndexExpr) : batchOfGroup(node, indices, batchGroups);
  const left = guard(conditions, expressions.at(input, [batch, ...spatial, inputChannel]), zero);
  const right = expressions.at(kernel, [...taps, channel, outputChannel]);
  return sumOfProducts(node.outputs[0] as Value, axes, left, right);
}

/** The taps that may meet an element of a dilated input: all of them, unless the start tells which ones fall between. */
function reachedTaps(
  start: IndexExpr,
  { inputDilation, kernelDilation }: NodeOf<'convolution'>['params'],
  dim: number,
): { first: number; step: number } {
  const dilation = inputDilation[dim] as number;
  const rest = remainderIndex(start, dilation);
  if (dilation === 1 || kernelDilation[dim] !== 1 || rest.kind !== 'constant') return { first: 0, step: 1 };
  return { first: (dilation - rest.value) % dilation, step: dilation };
}

function pushAxis(axes: Axis[], axis: Axis): Axis {
  axes.push(axis);
  return axis;
}

/** With batch groups, output channels of group g read the samples g * N / groups + n. */
function batchOfGroup(node: NodeOf<'convolution'>, indices: At, batchGroups: number): IndexExpr {
  const [input, kernel] = node.inputs as [Value, Value];
  const outputs = kernel.type.shape.at(-1) as number;
  const samples = (input.type.shape[0] as number) / batchGroups;
  const group = divideIndex(indices.at(-1) as IndexExpr, outputs / batchGroups);
  return addIndex(multiplyIndex(remainderIndex(group, batchGroups), samples), indices[0] as IndexExpr);
}
