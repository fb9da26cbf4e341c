// Walks over stage expressions: each shared node is visited once.
import { visitIndex } from './index-arithmetic.ts';
import type { IndexExpr, StageExpr } from './stage.ts';

/** Calls the visitors with every expression and every part of every index, parts before wholes. */
export function walk(root: StageExpr, visitExpr: (expr: StageExpr) => void, visitPart: (part: IndexExpr) => void = () => {}): void {
  const done = new Set<StageExpr>();
  const enter = (expr: StageExpr): void => {
    if (done.has(expr)) return;
    done.add(expr);
    for (const index of indicesOf(expr)) {
      visitIndex(index, (part) => {
        if (part.kind === 'value') enter(part.expr);
        visitPart(part);
      });
    }
    operandsOf(expr).forEach(enter);
    visitExpr(expr);
  };
  enter(root);
}

/** Indices that stand in the expression itself. */
export function indicesOf(expr: StageExpr): readonly IndexExpr[] {
  if (expr.kind === 'load') return expr.indices;
  if (expr.kind === 'position') return [expr.index];
  return expr.kind === 'guard' ? expr.conditions.map(({ index }) => index) : [];
}

/** Expressions that the expression is computed from, outside of indices. */
export function operandsOf(expr: StageExpr): readonly StageExpr[] {
  switch (expr.kind) {
    case 'constant':
    case 'position':
    case 'load':
      return [];
    case 'elementwise':
      return expr.args;
    case 'cast':
    case 'bitcast':
      return [expr.value];
    case 'reduce':
      return [expr.body];
    case 'guard':
      return [expr.body, expr.otherwise];
    default:
      return expr satisfies never;
  }
}
