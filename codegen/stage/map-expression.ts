// Rewrites a stage expression bottom-up, each shared node once.
import { substituteIndex } from './index-arithmetic.ts';
import type { StageExpr } from './stage.ts';
import { rebuild } from './substitute.ts';

const NO_AXES = new Map();

/** The expression with `replace` applied to every node after its parts, those that indices read from data included. */
export function mapExpression(root: StageExpr, replace: (expr: StageExpr) => StageExpr): StageExpr {
  const done = new Map<StageExpr, StageExpr>();
  const visit = (expr: StageExpr): StageExpr => {
    const known = done.get(expr);
    if (known) return known;
    const result = replace(rebuild(expr, visit, (index) => substituteIndex(index, NO_AXES, visit)));
    done.set(expr, result);
    return result;
  };
  return visit(root);
}
