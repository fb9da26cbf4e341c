// Reductions over windows that reach beyond a border: instead of asking for every element whether it is inside, the loops run over those
// that are. A guard whose other side leaves the result as it is becomes bounds of the loops.
import { neutralElement } from '../../stage/evaluate.ts';
import { addIndex, axisIndex, constantIndex, divideIndex, multiplyIndex, rangeOf } from '../../stage/index-arithmetic.ts';
import type { Axis, Bound, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { guard } from '../../stage/substitute.ts';
import type { Dependences } from './dependences.ts';

type Reduce = Extract<StageExpr, { kind: 'reduce' }>;
type Guard = Extract<StageExpr, { kind: 'guard' }>;

/** Positions from the largest of `from` up to before the smallest of `to`; both still to be held within the extent. */
export interface TightBounds {
  readonly from: readonly IndexExpr[];
  readonly to: readonly IndexExpr[];
}

export interface TightReduction {
  readonly body: StageExpr;
  readonly bounds: ReadonlyMap<Axis, TightBounds>;
}

/** The reduction's body without the conditions that its loops take over. */
export function tightenLoops(expr: Reduce, dependences: Dependences): TightReduction {
  const bounds = new Map<Axis, { from: IndexExpr[]; to: IndexExpr[] }>();
  const guarded = findGuard(expr);
  if (!guarded) return { body: expr.body, bounds };
  const open = guarded.conditions.filter((condition) => {
    const axis = deepestAxis(condition, expr.axes, dependences);
    const coefficient = axis && dependences.coefficientOf(condition.index, axis);
    // A quotient of an index from data has no bounds to make it non-negative by.
    if (!axis || !coefficient || !Number.isFinite(rangeOf(condition.index).low)) return true;
    const own = bounds.get(axis) ?? { from: [], to: [] };
    bounds.set(axis, own);
    const { from, to } = boundsOf(condition, axis, coefficient);
    own.from.push(...from);
    own.to.push(...to);
    return false;
  });
  return { body: replaceGuard(expr.body, guarded, guard(open, guarded.body, guarded.otherwise)), bounds };
}

/** The guard around all of the body, or around one factor of it: zero times anything adds nothing. */
function findGuard({ op, body }: Reduce): Guard | undefined {
  const isNeutral = (part: StageExpr): part is Guard =>
    part.kind === 'guard' && part.otherwise.kind === 'constant' && Number(part.otherwise.value) === Number(neutralElement(op, body.type));
  if (op === 'argmax' || op === 'argmin') return undefined;
  if (isNeutral(body)) return body;
  if (op !== 'sum' || body.kind !== 'elementwise' || body.op !== 'multiply') return undefined;
  return body.args.find(isNeutral);
}

function replaceGuard(body: StageExpr, from: Guard, to: StageExpr): StageExpr {
  if (body === from) return to;
  return body.kind === 'elementwise' ? { ...body, args: body.args.map((arg) => (arg === from ? to : arg)) } : body;
}

/** The innermost of the reduced axes in the condition: the others are known where its loop starts. */
function deepestAxis({ index }: Bound, axes: readonly Axis[], dependences: Dependences): Axis | undefined {
  const free = dependences.freeAxesOfIndex(index);
  return axes.filter((axis) => free.has(axis)).at(-1);
}

/** 0 <= rest + coefficient * position < extent, solved for the position. */
function boundsOf({ index, extent }: Bound, axis: Axis, coefficient: number): TightBounds {
  const size = Math.abs(coefficient);
  const rest = addIndex(index, multiplyIndex(axisIndex(axis), -coefficient));
  const negated = multiplyIndex(rest, -1);
  const { low, high } = rangeOf(index);
  // ceil(a / b) = floor((a + b - 1) / b)
  const ceil = (value: IndexExpr): IndexExpr => divideIndex(addIndex(value, constantIndex(size - 1)), size);
  const first = coefficient > 0 ? ceil(negated) : ceil(addIndex(rest, constantIndex(1 - extent)));
  const end = coefficient > 0 ? ceil(addIndex(negated, constantIndex(extent))) : ceil(addIndex(rest, constantIndex(1)));
  const isLowOpen = low < 0;
  const isHighOpen = high >= extent;
  const needsFrom = coefficient > 0 ? isLowOpen : isHighOpen;
  const needsTo = coefficient > 0 ? isHighOpen : isLowOpen;
  return { from: needsFrom ? [first] : [], to: needsTo ? [end] : [] };
}
