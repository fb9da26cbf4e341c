// Replaces axes in a stage expression: how a producer's expression is put in place of a load of it.
import { rangeOf, substituteIndex } from './index-arithmetic.ts';
import type { Axis, Bound, IndexExpr, StageExpr } from './stage.ts';

/** The expression with axes replaced. Sharing is kept: a node that stood in two places still does. */
export function substitute(expr: StageExpr, axes: ReadonlyMap<Axis, IndexExpr>): StageExpr {
  const done = new Map<StageExpr, StageExpr>();
  const replace = (part: StageExpr): StageExpr => {
    const known = done.get(part);
    if (known) return known;
    const result = rebuild(part, replace, (index) => substituteIndex(index, axes, replace));
    done.set(part, result);
    return result;
  };
  return replace(expr);
}

/** The expression with its direct parts replaced; the same object where nothing changed. */
export function rebuild(
  expr: StageExpr,
  replace: (part: StageExpr) => StageExpr,
  replaceIndex: (index: IndexExpr) => IndexExpr,
): StageExpr {
  switch (expr.kind) {
    case 'constant':
      return expr;
    case 'position': {
      const index = replaceIndex(expr.index);
      return index === expr.index ? expr : { ...expr, index };
    }
    case 'load': {
      const indices = expr.indices.map(replaceIndex);
      return indices.every((index, position) => index === expr.indices[position]) ? expr : { ...expr, indices };
    }
    case 'elementwise': {
      const args = expr.args.map(replace);
      return args.every((arg, position) => arg === expr.args[position]) ? expr : { ...expr, args };
    }
    case 'cast':
    case 'bitcast': {
      const value = replace(expr.value);
      return value === expr.value ? expr : { ...expr, value };
    }
    case 'reduce': {
      const body = replace(expr.body);
      return body === expr.body ? expr : { ...expr, body };
    }
    case 'guard':
      return rebuildGuard(expr, replace, replaceIndex);
    default:
      return expr satisfies never;
  }
}

function rebuildGuard(
  expr: Extract<StageExpr, { kind: 'guard' }>,
  replace: (part: StageExpr) => StageExpr,
  replaceIndex: (index: IndexExpr) => IndexExpr,
): StageExpr {
  const conditions = expr.conditions.map(({ index, extent }) => ({ index: replaceIndex(index), extent }));
  const result = guarded(conditions, expr.body, expr.otherwise, replace);
  const isSame =
    result.kind === 'guard' &&
    result.body === expr.body &&
    result.otherwise === expr.otherwise &&
    result.conditions.length === expr.conditions.length;
  return isSame && conditions.every(({ index }, position) => index === expr.conditions[position]?.index) ? expr : result;
}

/** A guard without the conditions that always hold; one side alone where that is known. */
function guarded(conditions: readonly Bound[], body: StageExpr, otherwise: StageExpr, replace: (part: StageExpr) => StageExpr): StageExpr {
  const kept = openConditions(conditions);
  if (kept === null) return replace(otherwise);
  if (kept.length === 0) return replace(body);
  return { kind: 'guard', type: body.type, conditions: kept, body: replace(body), otherwise: replace(otherwise) };
}

/** `body` where all conditions hold, else `otherwise`; conditions that the axes decide are dropped. */
export function guard(conditions: readonly Bound[], body: StageExpr, otherwise: StageExpr): StageExpr {
  return guarded(conditions, body, otherwise, (part) => part);
}

/** The conditions that can go either way; null where one never holds. */
export function openConditions(conditions: readonly Bound[]): readonly Bound[] | null {
  const open: Bound[] = [];
  for (const condition of conditions) {
    const { low, high } = rangeOf(condition.index);
    if (high < 0 || low >= condition.extent) return null;
    if (low < 0 || high >= condition.extent) open.push(condition);
  }
  return open;
}
