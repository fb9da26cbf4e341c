// The value of a graph node at a point, as a stage expression: where fusion happens, by substitution of index expressions.
import {
  addIndex,
  axisIndex,
  clampIndex,
  constantIndex,
  divideIndex,
  multiplyIndex,
  rangeOf,
  remainderIndex,
  valueIndex,
} from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, Bound, ElementwiseName, IndexExpr, StageExpr } from '../../../codegen/stage/stage.ts';
import { assert } from '../../errors/index.ts';
import type { Node, NodeOf, Value } from '../../ir/graph.ts';
import type { PrimitiveName } from '../../ir/primitives/params.ts';
import { elementCount } from '../../ir/shape.ts';
import { convolutionAt, dotGeneralAt } from './express-contraction.ts';
import { gatherAt } from './express-gather.ts';
import { memoryType } from './memory-type.ts';
import { reshapeIndices } from './reshape-indices.ts';

export type At = readonly IndexExpr[];

/** What an expression may ask of the lowering that it is part of. */
export interface Expressions {
  /** The value of `value` at logical indices: a load where it has a buffer, else its node's expression. */
  at(value: Value, indices: At): StageExpr;
  /** The node of a value that is computed in place; undefined where it has a buffer. */
  inlinedNode(value: Value): Node | undefined;
  newAxis(name: string, extent: number): Axis;
}

type Express<P extends PrimitiveName> = (node: NodeOf<P>, indices: At, expressions: Expressions) => StageExpr;

const operand = (node: { readonly inputs: readonly Value[] }, index = 0): Value => node.inputs[index] as Value;
const typeOf = (node: { readonly outputs: readonly Value[] }) => memoryType((node.outputs[0] as Value).type.dtype);

function elementwise(node: Node, indices: At, { at }: Expressions, op: ElementwiseName = node.op as ElementwiseName): StageExpr {
  return { kind: 'elementwise', type: typeOf(node), op, args: node.inputs.map((input) => at(input, indices)) };
}

const constantAt: Express<'constant'> = (node) => {
  const { value } = node.params;
  assert(elementCount(value.shape) === 1, 'a constant of more than one element has no buffer');
  return { kind: 'constant', type: typeOf(node), value: scalarValue(value.data, value.dtype) };
};

function scalarValue(data: ArrayLike<number | bigint>, dtype: string): number | bigint {
  assert(dtype !== 'float16' && dtype !== 'bfloat16', 'half-precision constants are kept in buffers');
  return data[0] as number | bigint;
}

const broadcastAt: Express<'broadcast'> = (node, indices, { at }) => {
  const { shape } = operand(node).type;
  return at(
    operand(node),
    node.params.axes.map((axis, index) => (shape[index] === 1 ? constantIndex(0) : (indices[axis] as IndexExpr))),
  );
};

const reshapeAt: Express<'reshape'> = (node, indices, { at }) =>
  at(operand(node), reshapeIndices(operand(node).type.shape, node.params.shape, indices));

const transposeAt: Express<'transpose'> = (node, indices, { at }) => {
  const source: IndexExpr[] = [];
  node.params.permutation.forEach((axis, index) => {
    source[axis] = indices[index] as IndexExpr;
  });
  return at(operand(node), source);
};

const reverseAt: Express<'reverse'> = (node, indices, { at }) => {
  const { shape } = operand(node).type;
  const flipped = (index: IndexExpr, axis: number): IndexExpr =>
    addIndex(constantIndex((shape[axis] as number) - 1), multiplyIndex(index, -1));
  return at(
    operand(node),
    indices.map((index, axis) => (node.params.axes.includes(axis) ? flipped(index, axis) : index)),
  );
};

const sliceAt: Express<'slice'> = (node, indices, { at }) => {
  const { start, strides } = node.params;
  return at(
    operand(node),
    indices.map((index, axis) => addIndex(multiplyIndex(index, strides[axis] as number), constantIndex(start[axis] as number))),
  );
};

const padAt: Express<'pad'> = (node, indices, { at }) => {
  const { shape } = operand(node).type;
  const { low, interior } = node.params;
  const conditions: Bound[] = [];
  const source = indices.map((index, axis) => {
    const shifted = addIndex(index, constantIndex(-(low[axis] as number)));
    return undilated(shifted, (interior[axis] as number) + 1, shape[axis] as number, conditions);
  });
  return guard(conditions, at(operand(node), source), at(operand(node, 1), []));
};

/** The index before `dilation - 1` gaps were put between elements; the conditions say where there is an element at all. */
export function undilated(index: IndexExpr, dilation: number, extent: number, conditions: Bound[]): IndexExpr {
  const rest = remainderIndex(index, dilation);
  if (rest.kind !== 'constant' || rest.value !== 0) conditions.push({ index: rest, extent: 1 });
  const source = divideIndex(index, dilation);
  const range = rangeOf(source);
  if (!range || range.low < 0 || range.high >= extent) conditions.push({ index: source, extent });
  return source;
}

/** `body` under conditions, or plainly where there are none. */
export function guard(conditions: readonly Bound[], body: StageExpr, otherwise: StageExpr): StageExpr {
  return conditions.length === 0 ? body : { kind: 'guard', type: body.type, conditions, body, otherwise };
}

const iotaAt: Express<'iota'> = (node, indices) => ({
  kind: 'position',
  type: typeOf(node),
  index: indices[node.params.axis] as IndexExpr,
});

const dynamicSliceAt: Express<'dynamic_slice'> = (node, indices, expressions) => {
  const { shape } = operand(node).type;
  const source = indices.map((index, axis) =>
    addIndex(index, startIndex(node, axis + 1, (shape[axis] as number) - (node.params.sizes[axis] as number), expressions)),
  );
  return expressions.at(operand(node), source);
};

const dynamicUpdateSliceAt: Express<'dynamic_update_slice'> = (node, indices, expressions) => {
  const [target, update] = node.inputs as [Value, Value];
  const conditions: Bound[] = [];
  const inUpdate = indices.map((index, axis) => {
    const extent = update.type.shape[axis] as number;
    const start = startIndex(node, axis + 2, (target.type.shape[axis] as number) - extent, expressions);
    const shifted = addIndex(index, multiplyIndex(start, -1));
    if (extent !== target.type.shape[axis]) conditions.push({ index: shifted, extent });
    return extent === target.type.shape[axis] ? index : shifted;
  });
  return guard(conditions, expressions.at(update, inUpdate), expressions.at(target, indices));
};

/** A start index from a scalar operand, clamped to 0..last. */
function startIndex(node: Node, operandIndex: number, last: number, { at }: Expressions): IndexExpr {
  return last === 0 ? constantIndex(0) : clampIndex(valueIndex(at(operand(node, operandIndex), [])), last + 1);
}

const reduceAt: Express<'reduce'> = (node, indices, expressions) => {
  const { shape } = operand(node).type;
  const axes: Axis[] = [];
  let next = 0;
  const source = shape.map((extent, axis) => {
    if (!node.params.axes.includes(axis)) return indices[next++] as IndexExpr;
    const reduced = expressions.newAxis('r', extent);
    axes.push(reduced);
    return axisIndex(reduced);
  });
  const body = expressions.at(operand(node), source);
  return axes.length === 0 ? body : { kind: 'reduce', type: typeOf(node), op: node.params.kind, axes, body };
};

const argReduceAt: Express<'arg_reduce'> = (node, indices, expressions) => {
  const reduced = expressions.newAxis('r', operand(node).type.shape[node.params.axis] as number);
  const source = [...indices];
  source.splice(node.params.axis, 0, axisIndex(reduced));
  return {
    kind: 'reduce',
    type: typeOf(node),
    op: node.params.kind === 'max' ? 'argmax' : 'argmin',
    axes: [reduced],
    body: expressions.at(operand(node), source),
  };
};

const reduceWindowAt: Express<'reduce_window'> = (node, indices, expressions) => {
  const { window, strides, padding, dilation, kind } = node.params;
  const { shape } = operand(node).type;
  const axes: Axis[] = [];
  const conditions: Bound[] = [];
  const source = indices.map((index, axis) => {
    const start = addIndex(multiplyIndex(index, strides[axis] as number), constantIndex(-(padding[axis]?.[0] ?? 0)));
    if (window[axis] === 1) return undilated(start, 1, shape[axis] as number, conditions);
    const tap = expressions.newAxis('w', window[axis] as number);
    axes.push(tap);
    return undilated(addIndex(start, multiplyIndex(axisIndex(tap), dilation[axis] as number)), 1, shape[axis] as number, conditions);
  });
  const type = typeOf(node);
  const body = guard(conditions, expressions.at(operand(node), source), { kind: 'constant', type, value: neutralElement(kind, type) });
  return axes.length === 0 ? body : { kind: 'reduce', type, op: kind, axes, body };
};

/** The value that changes nothing: padding of windows. */
function neutralElement(kind: 'sum' | 'product' | 'max' | 'min', type: string): number | bigint {
  const wide = type === 'i64' || type === 'u64';
  if (kind === 'sum') return wide ? 0n : 0;
  if (kind === 'product') return wide ? 1n : 1;
  const sign = kind === 'max' ? -1 : 1;
  if (type.startsWith('f') || type.startsWith('b')) return sign * Number.POSITIVE_INFINITY;
  const bits = Number(type.slice(1));
  const [lowest, highest] = type.startsWith('u') ? [0n, 2n ** BigInt(bits) - 1n] : [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
  const extreme = sign < 0 ? lowest : highest;
  return wide ? extreme : Number(extreme);
}

/** The expression of `node` at `indices` of its only result. */
export function express(node: Node, indices: At, expressions: Expressions): StageExpr {
  switch (node.op) {
    case 'compare':
      return elementwise(node, indices, expressions, node.params.direction);
    case 'cast':
      return { kind: 'cast', type: typeOf(node), value: expressions.at(operand(node), indices) };
    case 'bitcast':
      return { kind: 'bitcast', type: typeOf(node), value: expressions.at(operand(node), indices) };
    case 'stop_gradient':
    case 'barrier':
      return expressions.at(operand(node), indices);
    case 'constant':
      return constantAt(node, indices, expressions);
    case 'iota':
      return iotaAt(node, indices, expressions);
    case 'broadcast':
      return broadcastAt(node, indices, expressions);
    case 'reshape':
      return reshapeAt(node, indices, expressions);
    case 'transpose':
      return transposeAt(node, indices, expressions);
    case 'reverse':
      return reverseAt(node, indices, expressions);
    case 'slice':
      return sliceAt(node, indices, expressions);
    case 'pad':
      return padAt(node, indices, expressions);
    case 'dynamic_slice':
      return dynamicSliceAt(node, indices, expressions);
    case 'dynamic_update_slice':
      return dynamicUpdateSliceAt(node, indices, expressions);
    case 'gather':
      return gatherAt(node, indices, expressions);
    case 'reduce':
      return reduceAt(node, indices, expressions);
    case 'arg_reduce':
      return argReduceAt(node, indices, expressions);
    case 'reduce_window':
      return reduceWindowAt(node, indices, expressions);
    case 'dot_general':
      return dotGeneralAt(node, indices, expressions);
    case 'convolution':
      return convolutionAt(node, indices, expressions);
    case 'concatenate':
    case 'sort':
    case 'top_k':
    case 'cumulative':
    case 'scatter':
    case 'random_bits':
    case 'cond':
    case 'while':
    case 'scan':
      throw new Error(`kerasc bug: ${node.op} is not one expression per element`);
    default:
      return elementwise(node, indices, expressions);
  }
}
