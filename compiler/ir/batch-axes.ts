// Finds out whether a graph treats the samples of a batch independently, and along which axes of its outputs they lie.

import type { Graph, Node, NodeOf, Value } from './graph.ts';
import type { NDArray } from './ndarray.ts';
import { PRIMITIVES } from './primitives/index.ts';
import { BINARY, type PrimitiveName, UNARY } from './primitives/params.ts';
import type { BatchAxis, Primitive } from './primitives/primitive.ts';
import { elementCount } from './shape.ts';

export type BatchAnalysis =
  | { readonly independent: true; readonly outputs: readonly BatchAxis[]; readonly updates: readonly BatchAxis[] }
  /** The first node in which samples mix. */
  | { readonly independent: false; readonly node: Node };

/**
 * The batch axis of each output, given that of each input (null: the same for all samples); undefined if samples mix.
 * Then computing a batch, or its samples one by one, or parts of it, gives the same numbers.
 */
export function findBatchAxes(graph: Graph, inputAxes: readonly BatchAxis[]): readonly BatchAxis[] | undefined {
  const analysis = analyzeBatch(graph, inputAxes);
  return analysis.independent ? analysis.outputs : undefined;
}

/** As `findBatchAxes`, with the updates' axes, or with the node at fault. */
export function analyzeBatch(graph: Graph, inputAxes: readonly BatchAxis[]): BatchAnalysis {
  const axes = new Map<Value, BatchAxis>(graph.inputs.map((value, index) => [value, inputAxes[index] ?? null]));
  const isUniform = uniformity(graph);
  const axisOf = (value: Value): BatchAxis => axes.get(value) ?? null;
  for (const node of graph.nodes) {
    const results = nodeBatchAxes(node, node.inputs.map(axisOf), isUniform);
    if (!results) return { independent: false, node };
    node.outputs.forEach((value, index) => axes.set(value, results[index] ?? null));
  }
  return { independent: true, outputs: graph.outputs.map(axisOf), updates: graph.updates.map(({ value }) => axisOf(value)) };
}

/** Is the value certainly the same at every position along the axis? */
type Uniformity = (value: Value, axis: BatchAxis) => boolean;

function nodeBatchAxes(node: Node, axes: readonly BatchAxis[], isUniform: Uniformity): readonly BatchAxis[] | undefined {
  const primitive = PRIMITIVES[node.op] as unknown as Primitive<PrimitiveName>;
  const types = node.inputs.map((value) => value.type);
  if (axes.every((axis) => axis === null)) return node.outputs.map(() => null);
  const results = primitive.batchAxes?.(
    axes,
    types,
    node.params,
    node.outputs.map((value) => value.type),
  );
  if (!results) return undefined;
  const first = axes.findIndex((axis) => axis !== null);
  const size = types[first]?.shape[axes[first] as number] as number;
  const isKept = results.every((axis, index) => axis === null || node.outputs[index]?.type.shape[axis] === size);
  // An operand that is the same for all samples must not tell their positions apart either.
  if (!isKept) return undefined;
  // An operand that is the same for all samples must not tell their positions apart either.
  const isFair = (value: Value, operand: number): boolean => axes[operand] !== null || isUniform(value, results[0] ?? null);
  return size === 1 || !ALIGNED.has(node.op) || node.inputs.every(isFair) ? results : undefined;
}

const ELEMENTWISE = [...UNARY, ...BINARY, 'compare', 'select', 'cast', 'stop_gradient', 'barrier'];

/** Primitives whose operands lie over each other, position by position. */
const ALIGNED: ReadonlySet<string> = new Set([...ELEMENTWISE, 'concatenate', 'dynamic_update_slice', 'sort']);

/** Looks at producers, through broadcasts and elementwise operations down to constants; says no for all else. */
function uniformity(graph: Graph): Uniformity {
  const producers = new Map<Value, Node>(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
  const known = new Map<string, boolean>();
  const find = (value: Value, axis: number): boolean => {
    const node = producers.get(value);
    if (node?.op === 'constant') return isUniformArray((node as NodeOf<'constant'>).params.value, axis);
    if (node?.op === 'iota') return (node as NodeOf<'iota'>).params.axis !== axis;
    if (node?.op !== 'broadcast')
      return Boolean(node && ELEMENTWISE.includes(node.op) && node.inputs.every((input) => isUniform(input, axis)));
    const operand = (node as NodeOf<'broadcast'>).params.axes.indexOf(axis);
    return operand < 0 || isUniform(node.inputs[0] as Value, operand);
  };
  const isUniform: Uniformity = (value, axis) => {
    const size = axis === null ? undefined : value.type.shape[axis];
    if (axis === null || size === undefined || size === 1) return true;
    const key = `${value.id}:${axis}`;
    const answer = known.get(key) ?? find(value, axis);
    known.set(key, answer);
    return answer;
  };
  return isUniform;
}

function isUniformArray({ shape, data }: NDArray, axis: number): boolean {
  const inner = elementCount(shape.slice(axis + 1));
  const run = inner * (shape[axis] as number);
  return (data as Float32Array).every((element, index) => Object.is(element, data[Math.floor(index / run) * run + (index % inner)]));
}
