// Where the operands of a contraction stand while its driver walks over rows, groups and columns.
import { add, type Expr, index, mul, scale } from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import { type Access, strideOf } from './access.ts';
import { columnOffset } from './epilogue.ts';
import { epilogueStart } from './epilogue-argument.ts';
import { inBlocks } from './in-blocks.ts';
import type { Plan } from './plan.ts';
import { paddedColumns } from './reduction.ts';

/** An index expression per operand. */
export interface Position {
  readonly data: Expr;
  readonly weights: Expr;
  readonly result: Expr;
  readonly operands: readonly Expr[];
  /** Steps of the reduction before the first that is taken; none where it is taken whole. */
  readonly depth?: Expr;
}

/** A move along an axis of rows or groups by `steps`; the weights move along groups. */
export function move(plan: Plan, position: Position, axis: Axis, steps: Expr): Position {
  const by = (access: Access, at: Expr): Expr => add(at, mul(steps, index(strideOf(access, axis))));
  return {
    ...position,
    data: by(plan.data, position.data),
    weights: add(position.weights, mul(steps, index(weightsPerGroup(plan, axis)))),
    result: by(plan.result, position.result),
    operands: plan.epilogue.operands.map(({ access }, which) => by(access, position.operands[which] as Expr)),
  };
}

/** Elements of the weights, as tiles read them, from one position of a group axis to the next. */
function weightsPerGroup(plan: Plan, axis: Axis): number {
  const depth = plan.groups.indexOf(axis);
  if (depth < 0) return 0;
  if (plan.source === 'direct') return strideOf(plan.weights, axis);
  const inside = plan.groups.slice(depth + 1).reduce((product, other) => product * other.extent, 1);
  return plan.depth * paddedColumns(plan.panels) * inside;
}

/** Where everything stands before the first row and column. */
export function startPosition(plan: Plan): Position {
  return {
    data: index(plan.data.offset),
    weights: index(plan.source === 'direct' ? plan.weights.offset : 0),
    result: index(plan.result.offset),
    operands: plan.epilogue.operands.map(({ access }) => index(epilogueStart(access, plan.column))),
  };
}

/** The position `steps` segments of `width` columns after column `start`. */
export function atColumn(
  plan: Plan,
  position: Position,
  start: number,
  steps: Expr | undefined,
  width: number,
  panelWidth: number,
): Position {
  const along = (at: Expr, access: Access): Expr => {
    if (!access.strides.has(plan.column)) return at;
    const constant = add(at, index(columnOffset(access, start)));
    if (!steps) return constant;
    return add(constant, access.blocked ? inBlocks(steps, width, access.blocked) : scale(steps, width));
  };
  const weights = position.depth ? add(position.weights, scale(position.depth, panelWidth)) : position.weights;
  return {
    ...position,
    weights: plan.source === 'direct' ? along(position.weights, plan.weights) : inPanels(plan, weights, start, steps, width, panelWidth),
    result: along(position.result, plan.result),
    operands: plan.epilogue.operands.map(({ access }, which) => along(position.operands[which] as Expr, access)),
  };
}

/** Where the segment number `steps` after column `start` begins in packed weights. */
function inPanels(plan: Plan, at: Expr, start: number, steps: Expr | undefined, width: number, panelWidth: number): Expr {
  const { panels, depth } = plan;
  const panel = Math.floor(start / panels.width);
  const within = start - panel * panels.width;
  const first = add(at, index(panel * panels.width * depth + within));
  return steps ? add(first, inBlocks(steps, width, { size: panelWidth, stride: panelWidth * depth })) : first;
}
