// What operations cost, roughly: whether a value is worth keeping rather than computing again.
import type { ElementwiseName, StageExpr } from '../../stage/stage.ts';
import { operandsOf } from '../../stage/walk.ts';

const CHEAP: ReadonlySet<ElementwiseName> = new Set([
  'abs',
  'negative',
  'sign',
  'floor',
  'ceil',
  'round',
  'not',
  'is_finite',
  'add',
  'subtract',
  'multiply',
  'maximum',
  'minimum',
  'and',
  'or',
  'xor',
  'equal',
  'not_equal',
  'less',
  'less_equal',
  'greater',
  'greater_equal',
  'select',
]);

/** Whether computing the value takes more than a few instructions: a reduction or a function like exp or a division in it. */
export function isExpensive(root: StageExpr): boolean {
  const done = new Set<StageExpr>();
  const check = (expr: StageExpr): boolean => {
    if (done.has(expr)) return false;
    done.add(expr);
    if (expr.kind === 'reduce' || (expr.kind === 'elementwise' && !CHEAP.has(expr.op))) return true;
    return operandsOf(expr).some(check);
  };
  return check(root);
}

/** Floating-point operations for one element; shared nodes count once. */
export function countFlops(root: StageExpr): number {
  const done = new Set<StageExpr>();
  const count = (expr: StageExpr): number => {
    if (done.has(expr)) return 0;
    done.add(expr);
    const operands = operandsOf(expr).reduce((sum, operand) => sum + count(operand), 0);
    if (expr.kind === 'elementwise') return operands + 1;
    if (expr.kind === 'reduce') return (operands + 1) * expr.axes.reduce((product, { extent }) => product * extent, 1);
    return operands;
  };
  return count(root);
}
