// Cuts a stage's domain where guards change from holding to not holding, so that the pieces have fewer guards, and where an extent is not
// a multiple of a layout's block.
import { addIndex, axisIndex, constantIndex, multiplyIndex, rangeOf, visitIndex } from '../../stage/index-arithmetic.ts';
import type { Axis, Bound } from '../../stage/stage.ts';
import { walk } from '../../stage/walk.ts';
import type { Dependences } from './dependences.ts';
import { type MemoryStage, replaceAxes } from './memory-stage.ts';

/** More pieces than this cost more code than they save time. */
const MOST_PIECES = 12;

/** The stage as pieces that cover its domain once. */
export function cutStage(stage: MemoryStage, dependences: Dependences): readonly MemoryStage[] {
  const innermost = stage.axes.at(-1);
  const cuts = new Map<Axis, Set<number>>();
  for (const axis of stage.axes)
    cuts.set(axis, new Set([...blockCuts(stage, axis), ...guardCuts(stage, axis, axis === innermost, dependences)]));
  const pieces = (axes: readonly Axis[]): number => axes.reduce((product, axis) => product * ((cuts.get(axis) as Set<number>).size + 1), 1);
  const chosen = pieces(stage.axes) <= MOST_PIECES ? stage.axes : innermost && pieces([innermost]) <= MOST_PIECES ? [innermost] : [];
  return chosen.reduce<readonly MemoryStage[]>(
    (parts, axis) => parts.flatMap((part) => cutAxis(part, axis, [...(cuts.get(axis) as Set<number>)])),
    [stage],
  );
}

function cutAxis(stage: MemoryStage, axis: Axis, cuts: readonly number[]): MemoryStage[] {
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), axis.extent];
  return bounds.slice(1).map((end, position) => {
    const begin = bounds[position] as number;
    if (begin === 0 && end === axis.extent) return stage;
    const part: Axis = { name: axis.name, extent: end - begin };
    const axes = stage.axes.flatMap((other) => (other !== axis ? [other] : part.extent === 1 ? [] : [part]));
    return replaceAxes(stage, new Map([[axis, addIndex(axisIndex(part), constantIndex(begin))]]), axes);
  });
}

/** Before the last, incomplete block of the output, where its layout has blocks along the axis. */
function blockCuts(stage: MemoryStage, axis: Axis): number[] {
  const cuts = new Set<number>();
  visitIndex(stage.offset, (part) => {
    if ((part.kind === 'divide' || part.kind === 'remainder') && part.value.kind === 'axis' && part.value.axis === axis) {
      const whole = axis.extent - (axis.extent % part.divisor);
      if (whole > 0 && whole < axis.extent) cuts.add(whole);
    }
  });
  return [...cuts];
}

function guardCuts(stage: MemoryStage, axis: Axis, isInnermost: boolean, dependences: Dependences): number[] {
  const cuts = new Set<number>();
  const consider = (condition: Bound): void => {
    const coefficient = dependences.coefficientOf(condition.index, axis);
    if (coefficient === null || coefficient === 0) return;
    const rest = rangeOf(addIndex(condition.index, multiplyIndex(axisIndex(axis), -coefficient)));
    // Where the rest varies, only the range in which the condition holds for all of it can be cut out.
    if (rest.low !== rest.high && !isInnermost) return;
    const { first, end } = holdingRange(coefficient, rest, condition.extent);
    if (first >= end && rest.low !== rest.high) return;
    for (const cut of [first, end]) if (cut > 0 && cut < axis.extent) cuts.add(cut);
  };
  walk(stage.body, (expr) => {
    if (expr.kind === 'guard') expr.conditions.forEach(consider);
  });
  return [...cuts];
}

/** Positions v with 0 <= coefficient * v + rest < extent for every rest. */
function holdingRange(coefficient: number, rest: { low: number; high: number }, extent: number): { first: number; end: number } {
  const [least, most] = [-rest.low / coefficient, (extent - 1 - rest.high) / coefficient];
  return coefficient > 0 ? { first: Math.ceil(least), end: Math.floor(most) + 1 } : { first: Math.ceil(most), end: Math.floor(least) + 1 };
}
