// Where the operands of a contraction stand while its driver walks over rows, groups and columns.
import { add, type Expr, index, mul, scale } from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import { type Access, strideOf } from './access.ts';
import { columnOffset } from './epilogue.ts';
import { epilogueStart } from './epilogue-argument.ts';
import { inBlocks } from './in-blocks.ts';
import type { Plan } from './plan.ts';
import { reductionLength } from './reduction.ts';

/** An index expression per operand. */
export interface Position {
  readonly data: Expr;
  readonly weights: Expr;
  readonly result: Expr;
  readonly operands: readonly Expr[];
}

/** A move along an axis by `steps`. */
export function move(plan: Plan, position: Position, axis: Axis, steps: Expr): Position {
  const by = (access: Access, at: Expr): Expr => add(at, mul(steps, index(strideOf(access, axis))));
  return {
    data: by(plan.data, position.data),
    weights: position.weights,
    result: by(plan.result, position.result),
    operands: plan.epilogue.operands.map(({ access }, which) => by(access, position.operands[which] as Expr)),
  };
}

/** Where everything stands before the first row and column. */
export function startPosition(plan: Plan): Position {
  return {
    data: index(plan.data.offset),
    weights: index(0),
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
  const depth = reductionLength(plan.loops);
  const along = (at: Expr, access: Access): Expr => {
    if (!access.strides.has(plan.column)) return at;
    const constant = add(at, index(columnOffset(access, start)));
    if (!steps) return constant;
    return add(constant, access.blocked ? inBlocks(steps, width, access.blocked) : scale(steps, width));
  };
  const panel = Math.floor(start / plan.panels.width);
  const within = start - panel * plan.panels.width;
  const inPanels = steps ? inBlocks(steps, width, { size: panelWidth, stride: panelWidth * depth }) : index(0);
  return {
    data: position.data,
    weights: add(add(position.weights, index(panel * plan.panels.width * depth + within)), inPanels),
    result: along(position.result, plan.result),
    operands: plan.epilogue.operands.map(({ access }, which) => along(position.operands[which] as Expr, access)),
  };
}
