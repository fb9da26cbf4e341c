// The axes of a stage: one per dim of its result, but channels of a grouped convolution split into group and channel, so
// that every access stays affine.
import { addIndex, axisIndex, constantIndex, multiplyIndex } from '../../../codegen/stage/index-arithmetic.ts';
import type { Axis, IndexExpr } from '../../../codegen/stage/stage.ts';
import type { Node, Value } from '../../ir/graph.ts';
import type { Shape } from '../../ir/shape.ts';
import type { Expressions } from './express.ts';
import { classOf } from './plan-fusion.ts';

export interface StageAxes {
  readonly axes: readonly Axis[];
  /** The position in the result, by dim. */
  readonly indices: readonly IndexExpr[];
}

/** The axes of a stage that computes `shape`; `node` is computed in it, if it is more than a copy. */
export function stageAxes(node: Node | undefined, expressions: Expressions, shape: Shape): StageAxes {
  const axes: Axis[] = [];
  const groups = node ? channelGroups(node, expressions) : 1;
  const indices = shape.map((extent, dim) => {
    if (extent === 1) return constantIndex(0);
    const split = dim === shape.length - 1 && groups > 1 && extent > groups;
    const parts = (split ? [groups, extent / groups] : [extent]).map((part, index) =>
      expressions.newAxis(split && index === 0 ? 'g' : `i${dim}_`, part),
    );
    axes.push(...parts);
    return split
      ? addIndex(multiplyIndex(axisIndex(parts[0] as Axis), extent / groups), axisIndex(parts[1] as Axis))
      : axisIndex(parts[0] as Axis);
  });
  return { axes, indices };
}

/** Groups of the convolution that a stage computes, through the elementwise operations after it. */
function channelGroups(node: Node, expressions: Expressions): number {
  if (node.op === 'convolution') return Math.max(node.params.featureGroups, node.params.batchGroups);
  if (classOf(node.op) !== 'elementwise') return 1;
  return Math.max(
    1,
    ...node.inputs.map((input) => {
      const inner = expressions.inlinedNode(input);
      return inner ? channelGroups(inner, expressions) : 1;
    }),
  );
}
