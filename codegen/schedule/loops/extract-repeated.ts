// Gives values that would be computed again and again inside of the loops a stage of their own, with memory for their results: the mean of
// each channel and its sigmoid, before the loop over pixels that multiplies by it.
import { addIndex, axisIndex, constantIndex, multiplyIndex, substituteIndex } from '../../stage/index-arithmetic.ts';
import { rowMajor } from '../../stage/layout.ts';
import type { Axis, Buffer, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { rebuild } from '../../stage/substitute.ts';
import { operandsOf } from '../../stage/walk.ts';
import { isExpensive } from './cost.ts';
import type { Dependences } from './dependences.ts';
import type { MemoryStage } from './memory-stage.ts';

type NewBuffer = (description: Omit<Buffer, 'id'>) => Buffer;

/** Fewer repetitions than this are not worth a trip through memory, unless a whole reduction is repeated. */
const FEWEST_REPETITIONS = 4;

/** Stages in the order in which they run; the last is the one given, reading the results of the others. */
export function extractRepeated(stage: MemoryStage, dependences: Dependences, newBuffer: NewBuffer): readonly MemoryStage[] {
  const found = findRepeated(stage, dependences);
  const extracted: MemoryStage[] = [];
  const done = new Map<StageExpr, StageExpr>();
  const replace = (expr: StageExpr): StageExpr => {
    const known = done.get(expr);
    if (known) return known;
    // Parts come first, so that a value which contains another reads its result.
    const rebuilt = rebuild(expr, replace, (index) => substituteIndex(index, NO_AXES, replace));
    const result = found.has(expr) ? extract(expr, rebuilt) : rebuilt;
    done.set(expr, result);
    return result;
  };
  const extract = (expr: StageExpr, body: StageExpr): StageExpr => {
    const { part, load } = ownStage(stage, dependences.freeAxes(expr), body, extracted.length, newBuffer);
    // It may repeat something itself, over fewer axes.
    extracted.push(...extractRepeated(part, dependences, newBuffer));
    return load;
  };
  const body = replace(stage.body);
  return [...extracted, { ...stage, body }];
}

const NO_AXES: ReadonlyMap<Axis, IndexExpr> = new Map();

function ownStage(
  stage: MemoryStage,
  free: ReadonlySet<Axis>,
  body: StageExpr,
  number: number,
  newBuffer: NewBuffer,
): { part: MemoryStage; load: StageExpr } {
  const axes = stage.axes.filter((axis) => free.has(axis));
  const shape = axes.map(({ extent }) => extent);
  const operation = body.kind === 'reduce' || body.kind === 'elementwise' ? body.op : body.kind;
  const name = `${stage.name}_${operation}${number === 0 ? '' : `_${number}`}`;
  const output = newBuffer({ name, kind: 'scratch', type: body.type, shape, layout: rowMajor(shape) });
  const offset = axes.reduce<IndexExpr>((sum, axis) => addIndex(multiplyIndex(sum, axis.extent), axisIndex(axis)), constantIndex(0));
  return { part: { name, output, axes, offset, body }, load: { kind: 'load', type: body.type, buffer: output.id, indices: [offset] } };
}

/** The largest expressions that are expensive and repeated. */
function findRepeated(stage: MemoryStage, dependences: Dependences): ReadonlySet<StageExpr> {
  const found = new Set<StageExpr>();
  const done = new Set<StageExpr>();
  const visit = (expr: StageExpr, isGuarded: boolean): void => {
    if (done.has(expr)) return;
    done.add(expr);
    const isMovable = !isGuarded || !dependences.isUnsafe(expr);
    if (isMovable && isRepeated(expr, stage.axes, dependences) && isExpensive(expr)) {
      found.add(expr);
      return;
    }
    operandsOf(expr).forEach((operand) => visit(operand, isGuarded || expr.kind === 'guard'));
  };
  visit(stage.body, false);
  return found;
}

/**
 * A value is computed inside of all loops up to the innermost that it depends on: those among them that it does not depend on
 * repeat it. One that depends on none would be repeated by every thread.
 */
function isRepeated(expr: StageExpr, axes: readonly Axis[], dependences: Dependences): boolean {
  const free = dependences.freeAxes(expr);
  if ([...free].some((axis) => !axes.includes(axis))) return false;
  if (free.size === 0) return axes.length > 0 && expr.kind === 'reduce';
  const innermost = Math.max(...[...free].map((axis) => axes.indexOf(axis)));
  const repetitions = axes.slice(0, innermost).reduce((product, axis) => (free.has(axis) ? product : product * axis.extent), 1);
  return repetitions >= (expr.kind === 'reduce' ? 2 : FEWEST_REPETITIONS);
}
