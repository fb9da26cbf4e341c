// Where the operands of a contraction stand while its driver walks over rows, groups and columns.
import { add, type Expr, INDEX, index, mul, scale } from '../../kernel-ir/index.ts';
import type { Axis } from '../../stage/stage.ts';
import { type Access, strideOf } from './access.ts';
import { columnOffset } from './epilogue.ts';
import { isPadded, type Plan } from './plan.ts';
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
    operands: plan.epilogue.operands.map(({ access }) => index(isPadded(access, plan.column) ? 0 : access.offset)),
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
    return steps ? add(constant, stepOffset(steps, width, access.blocked)) : constant;
  };
  const panel = Math.floor(start / plan.panels.width);
  const within = start - panel * plan.panels.width;
  const perPanel = panelWidth / width;
  const inPanels: Expr = !steps
    ? index(0)
    : perPanel <= 1
      ? scale(steps, (width / panelWidth) * panelWidth * depth)
      : panelSteps(steps, perPanel, width, depth * panelWidth);
  return {
    data: position.data,
    weights: add(add(position.weights, index(panel * plan.panels.width * depth + within)), inPanels),
    result: along(position.result, plan.result),
    operands: plan.epilogue.operands.map(({ access }, which) => along(position.operands[which] as Expr, access)),
  };
}

/** Several segments share a panel: they start side by side in it. */
function panelSteps(steps: Expr, perPanel: number, width: number, panelElements: number): Expr {
  const quotient: Expr = { kind: 'binary', type: INDEX, op: 'div', left: steps, right: index(perPanel) };
  const rest: Expr = { kind: 'binary', type: INDEX, op: 'rem', left: steps, right: index(perPanel) };
  return add(scale(quotient, panelElements), scale(rest, width));
}

function stepOffset(steps: Expr, width: number, blocked: Access['blocked']): Expr {
  if (!blocked) return scale(steps, width);
  if (width % blocked.size === 0) return scale(steps, (width / blocked.size) * blocked.stride);
  return panelSteps(steps, blocked.size / width, width, blocked.stride);
}
