// Gives reductions that would be repeated inside of the loops a stage of their own, with memory for their results.
import { addIndex, axisIndex, constantIndex, multiplyIndex, substituteIndex } from '../../stage/index-arithmetic.ts';
import { rowMajor } from '../../stage/layout.ts';
import type { Axis, Buffer, IndexExpr, StageExpr } from '../../stage/stage.ts';
import { rebuild } from '../../stage/substitute.ts';
import type { Dependences } from './dependences.ts';
import type { MemoryStage } from './memory-stage.ts';

type Reduce = Extract<StageExpr, { kind: 'reduce' }>;

/** Stages in the order in which they run; the last is the one given, reading the results of the others. */
export function extractReductions(stage: MemoryStage, dependences: Dependences, newBuffer: (buffer: Omit<Buffer, 'id'>) => Buffer): readonly MemoryStage[] {
  const extracted: MemoryStage[] = [];
  const done = new Map<StageExpr, StageExpr>();
  const replace = (expr: StageExpr): StageExpr => {
    const known = done.get(expr);
    if (known) return known;
    const rebuilt = rebuild(expr, replace, (index) => substituteIndex(index, new Map(), replace));
    const result = rebuilt.kind === 'reduce' && isRepeated(rebuilt, stage.axes, dependences) ? extract(rebuilt) : rebuilt;
    done.set(expr, result);
    return result;
  };
  const extract = (expr: Reduce): StageExpr => {
    const free = dependences.freeAxes(expr);
    const axes = stage.axes.filter((axis) => free.has(axis));
    const shape = axes.map(({ extent }) => extent);
    const name = `${stage.name}_${expr.op}_${extracted.length}`;
    const buffer = newBuffer({ name, kind: 'scratch', type: expr.type, shape, layout: rowMajor(shape) });
    const offset = axes.reduce<IndexExpr>((sum, axis) => addIndex(multiplyIndex(sum, axis.extent), axisIndex(axis)), constantIndex(0));
    extracted.push({ name, output: buffer, axes, offset, body: expr });
    return { kind: 'load', type: expr.type, buffer: buffer.id, indices: [offset] };
  };
  const body = replace(stage.body);
  return [...extracted, { ...stage, body }];
}

/**
 * A reduction is computed inside of all loops up to the innermost that it depends on: those among them that it does not
 * depend on repeat it. One that depends on none would be repeated by every thread.
 */
function isRepeated(expr: Reduce, axes: readonly Axis[], dependences: Dependences): boolean {
  const free = dependences.freeAxes(expr);
  if ([...free].some((axis) => !axes.includes(axis))) return false;
  if (free.size === 0) return axes.length > 0;
  const innermost = Math.max(...[...free].map((axis) => axes.indexOf(axis)));
  return axes.slice(0, innermost).some((axis) => !free.has(axis));
}
