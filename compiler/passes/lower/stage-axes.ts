// The axes of a stage: one per dim of its result, but split where that keeps every access affine. Channels of a grouped
// convolution split into group and channel; dims that were flattened before a product split again. A transposed convolution splits
// into one stage per phase of its stride: the outputs of a phase see the same taps, and none that fall between inputs.
import { addIndex, axisIndex, constantIndex, multiplyIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, IndexExpr } from '../../../codegen/stage/stage.ts';
import type { Node, NodeOf, Value } from '../../ir/graph.ts';
import type { Shape } from '../../ir/shape.ts';
import type { Expressions } from './express.ts';
import { flattenedDims } from './express-contraction.ts';
import { classOf } from './plan-fusion.ts';
import { linearize } from './reshape-indices.ts';

export interface StageAxes {
  readonly axes: readonly Axis[];
  /** The position in the result, by dim. */
  readonly indices: readonly IndexExpr[];
}

/** One dim of a result, or every so many elements of it. */
interface DimPart {
  readonly axes: readonly Axis[];
  readonly index: IndexExpr;
}

/** The axes of the stages that together compute `shape`; `node` is computed in them, if they are more than a copy. */
export function stagePieces(node: Node | undefined, expressions: Expressions, shape: Shape): readonly StageAxes[] {
  const contraction = node && findContraction(node, expressions);
  const convolution = contraction?.op === 'convolution' ? contraction : undefined;
  const parts = shape.map((extent, dim): readonly DimPart[] => {
    if (contraction?.op === 'dot_general') return [flattenedPart(contraction, extent, dim, expressions)];
    if (convolution && dim === shape.length - 1) return [channelPart(convolution, extent, dim, expressions)];
    return phaseParts(convolution, extent, dim, expressions);
  });
  const pieces = parts.reduce<readonly (readonly DimPart[])[]>(
    (all, choices) => all.flatMap((chosen) => choices.map((part) => [...chosen, part])),
    [[]],
  );
  return pieces.map((piece) => ({ axes: piece.flatMap(({ axes }) => axes), indices: piece.map(({ index }) => index) }));
}

function plainPart(extent: number, dim: number, expressions: Expressions): DimPart {
  if (extent === 1) return { axes: [], index: constantIndex(0) };
  const axis = expressions.newAxis(`i${dim}_`, extent);
  return { axes: [axis], index: axisIndex(axis) };
}

/** Where the dim comes from one that others were flattened into (Flatten before Dense, in its gradient), an axis for each of these. */
function flattenedPart(node: NodeOf<'dot_general'>, extent: number, dim: number, expressions: Expressions): DimPart {
  const source = freeAxisOf(node, dim);
  const extents = source && flattenedDims(source.operand, source.axis, expressions);
  if (!extents || extents.length < 2) return plainPart(extent, dim, expressions);
  const axes = extents.map((each) => expressions.newAxis(`i${dim}_`, each));
  return { axes, index: linearize(axes.map(axisIndex), extents) };
}

/** The operand and its axis that a dim of a product is; none for the dims of its batch. */
function freeAxisOf({ params, inputs }: NodeOf<'dot_general'>, dim: number): { operand: Value; axis: number } | undefined {
  const [lhs, rhs] = inputs as readonly [Value, Value];
  const freeOf = (operand: Value, contracting: readonly number[], batch: readonly number[]): { operand: Value; axis: number }[] =>
    operand.type.shape.flatMap((_, axis) => (contracting.includes(axis) || batch.includes(axis) ? [] : [{ operand, axis }]));
  const free = [...freeOf(lhs, params.lhsContracting, params.lhsBatch), ...freeOf(rhs, params.rhsContracting, params.rhsBatch)];
  return free[dim - params.lhsBatch.length];
}

function channelPart({ params }: NodeOf<'convolution'>, extent: number, dim: number, expressions: Expressions): DimPart {
  const groups = Math.max(params.featureGroups, params.batchGroups);
  if (groups === 1 || extent <= groups) return plainPart(extent, dim, expressions);
  const group = expressions.newAxis('g', groups);
  const channel = expressions.newAxis(`i${dim}_`, extent / groups);
  return { axes: [group, channel], index: addIndex(multiplyIndex(axisIndex(group), extent / groups), axisIndex(channel)) };
}

/** Every `step`-th element from each of the first `step` ones. */
function phaseParts(
  convolution: NodeOf<'convolution'> | undefined,
  extent: number,
  dim: number,
  expressions: Expressions,
): readonly DimPart[] {
  const dilation = convolution?.params.strides[dim - 1] === 1 ? (convolution.params.inputDilation[dim - 1] ?? 1) : 1;
  const step = convolution?.params.kernelDilation[dim - 1] === 1 ? Math.min(dilation, extent) : 1;
  if (step === 1) return [plainPart(extent, dim, expressions)];
  return Array.from({ length: step }, (_, phase): DimPart => {
    const { axes, index } = plainPart(Math.ceil((extent - phase) / dilation), dim, expressions);
    return { axes, index: addIndex(multiplyIndex(index, dilation), constantIndex(phase)) };
  });
}

/** The convolution or product that a stage computes, if need be through the elementwise operations after it. */
function findContraction(root: Node, expressions: Expressions): NodeOf<'convolution'> | NodeOf<'dot_general'> | undefined {
  // Each node once: operations that read a value twice would make a walk along all paths exponential.
  const found = new Set<Node>([root]);
  for (const node of found) {
    if (node.op === 'convolution' || node.op === 'dot_general') return node;
    if (classOf(node.op) !== 'elementwise') continue;
    for (const input of node.inputs) {
      const inner = expressions.inlinedNode(input);
      if (inner) found.add(inner);
    }
  }
  return undefined;
}
