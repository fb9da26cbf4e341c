// Chooses the loops of a stage: splits axes where layouts have blocks, merges axes that lie side by side in all memory they touch, and
// puts them in the order of the output's memory.
import {
  addIndex,
  axisIndex,
  divideIndex,
  multiplyIndex,
  remainderIndex,
  substituteIndex,
  termsOf,
  visitIndex,
} from '../../stage/index-arithmetic.ts';
import type { Axis, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { rebuild, substitute } from '../../stage/substitute.ts';
import { walk } from '../../stage/walk.ts';
import { type MemoryStage, replaceAxes } from './memory-stage.ts';

type Reduce = Extract<StageExpr, { kind: 'reduce' }>;

/** Splits, orders and merges the stage's axes and those of its reductions. */
export function shapeAxes(stage: MemoryStage): MemoryStage {
  return mergeAxes(orderAxes(splitAxes({ ...stage, body: shapeReductions(stage.body) })));
}

/** An axis as two, where some index takes its quotient and remainder by a divisor of its extent. */
export function splitAxes(stage: MemoryStage): MemoryStage {
  for (const axis of stage.axes) {
    const divisor = divisorOf(axis, [stage.offset], stage.body);
    if (divisor === undefined) continue;
    const { outer, inner, index } = splitAxis(axis, divisor);
    const axes = stage.axes.flatMap((other) => (other === axis ? [outer, inner] : [other]));
    return splitAxes(replaceAxes(stage, new Map([[axis, index]]), axes));
  }
  return stage;
}

function splitAxis(axis: Axis, divisor: number): { outer: Axis; inner: Axis; index: IndexExpr } {
  const outer: Axis = { name: `${axis.name}_block`, extent: axis.extent / divisor };
  const inner: Axis = { name: axis.name, extent: divisor };
  return { outer, inner, index: addIndex(multiplyIndex(axisIndex(outer), divisor), axisIndex(inner)) };
}

function divisorOf(axis: Axis, indices: readonly IndexExpr[], body: StageExpr): number | undefined {
  let found: number | undefined;
  const visit = (part: IndexExpr): void => {
    if (part.kind !== 'divide' && part.kind !== 'remainder') return;
    if (part.value.kind === 'axis' && part.value.axis === axis && axis.extent % part.divisor === 0 && part.divisor < axis.extent)
      found ??= part.divisor;
  };
  for (const index of indices) visitIndex(index, visit);
  walk(body, () => {}, visit);
  return found;
}

/** Outermost first: the axis along which the output's elements are farthest apart. */
export function orderAxes(stage: MemoryStage): MemoryStage {
  const strides = new Map<Axis, number>();
  for (const { atom, factor } of termsOf(stage.offset).terms) {
    // An axis inside of a quotient or the like has no stride; then the order stays.
    if (atom.kind !== 'axis') return stage;
    strides.set(atom.axis, Math.abs(factor));
  }
  const strideOf = (axis: Axis): number => strides.get(axis) ?? 0;
  return { ...stage, axes: [...stage.axes].sort((a, b) => strideOf(b) - strideOf(a)) };
}

export function mergeAxes(stage: MemoryStage): MemoryStage {
  for (let position = 0; position + 1 < stage.axes.length; position++) {
    const [outer, inner] = stage.axes.slice(position, position + 2) as [Axis, Axis];
    const { merged, replacements } = joinAxes(outer, inner);
    const axes = [...stage.axes.slice(0, position), merged, ...stage.axes.slice(position + 2)];
    const candidate = replaceAxes(stage, replacements, axes);
    if (countUneven(candidate.body, [candidate.offset]) <= countUneven(stage.body, [stage.offset])) return mergeAxes(candidate);
  }
  return stage;
}

function joinAxes(outer: Axis, inner: Axis): { merged: Axis; replacements: Map<Axis, IndexExpr> } {
  const merged: Axis = { name: `${outer.name}_${inner.name}`, extent: outer.extent * inner.extent };
  const index = axisIndex(merged);
  return {
    merged,
    replacements: new Map([
      [outer, divideIndex(index, inner.extent)],
      [inner, remainderIndex(index, inner.extent)],
    ]),
  };
}

/** Quotients, remainders and clamps in the indices: what keeps them from being plain sums. */
function countUneven(body: StageExpr, indices: readonly IndexExpr[]): number {
  let count = 0;
  const visit = (part: IndexExpr): void => {
    if (part.kind === 'divide' || part.kind === 'remainder' || part.kind === 'clamp') count++;
  };
  for (const index of indices) visitIndex(index, visit);
  walk(body, () => {}, visit);
  return count;
}

/** The expression with the axes of each reduction without extent 1, split and merged. */
export function shapeReductions(root: StageExpr): StageExpr {
  const done = new Map<StageExpr, StageExpr>();
  const replace = (expr: StageExpr): StageExpr => {
    const known = done.get(expr);
    if (known) return known;
    const rebuilt = rebuild(expr, replace, (index) => substituteIndex(index, new Map(), replace));
    const result = rebuilt.kind === 'reduce' ? shapeReduction(rebuilt) : rebuilt;
    done.set(expr, result);
    return result;
  };
  return replace(root);
}

function shapeReduction(expr: Reduce): StageExpr {
  const units = expr.axes.filter(({ extent }) => extent === 1);
  const axes = expr.axes.filter(({ extent }) => extent !== 1);
  const body = units.length === 0 ? expr.body : substitute(expr.body, new Map(units.map((axis) => [axis, axisIndex(axis)])));
  if (expr.op === 'argmax' || expr.op === 'argmin')
    return axes.length === 0 ? { kind: 'constant', type: expr.type, value: expr.type.endsWith('64') ? 0n : 0 } : expr;
  if (axes.length === 0) return body;
  return mergeReduction(splitReduction({ ...expr, axes, body }));
}

function splitReduction(expr: Reduce): Reduce {
  for (const axis of expr.axes) {
    const divisor = divisorOf(axis, [], expr.body);
    if (divisor === undefined) continue;
    const { outer, inner, index } = splitAxis(axis, divisor);
    const axes = expr.axes.flatMap((other) => (other === axis ? [outer, inner] : [other]));
    return splitReduction({ ...expr, axes, body: substitute(expr.body, new Map([[axis, index]])) });
  }
  return expr;
}

function mergeReduction(expr: Reduce): Reduce {
  for (let position = 0; position + 1 < expr.axes.length; position++) {
    const [outer, inner] = expr.axes.slice(position, position + 2) as [Axis, Axis];
    const { merged, replacements } = joinAxes(outer, inner);
    const body = substitute(expr.body, replacements);
    if (countUneven(body, []) > countUneven(expr.body, [])) continue;
    return mergeReduction({ ...expr, axes: [...expr.axes.slice(0, position), merged, ...expr.axes.slice(position + 2)], body });
  }
  return expr;
}
