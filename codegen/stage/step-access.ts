// Which buffers a step of a program reads and which it writes.
import { visitIndex } from './index-arithmetic.ts';
import type { IndexExpr, ProgramStep, Stage, StageExpr } from './stage.ts';
import { walk } from './walk.ts';

export interface StepAccess {
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** Of a step with bodies, what any of them reads and writes. */
export function accessOf(step: ProgramStep): StepAccess {
  const access = { reads: new Set<number>(), writes: new Set<number>() };
  addStep(step, access);
  return access;
}

/** The stages that read each buffer, those in bodies included; null where control flow itself reads one. */
export function readersOf(steps: readonly ProgramStep[]): ReadonlyMap<number, ReadonlySet<Stage | null>> {
  const readers = new Map<number, Set<Stage | null>>();
  const add = (buffer: number, reader: Stage | null): void => void readers.set(buffer, (readers.get(buffer) ?? new Set()).add(reader));
  const visit = (step: ProgramStep): void => {
    if (step.kind === 'stage') for (const buffer of accessOf(step).reads) add(buffer, step.stage);
    if (step.kind === 'branch') add(step.index, null);
    if (step.kind === 'while') add(step.condition, null);
    for (const body of bodiesOf(step)) body.forEach(visit);
  };
  steps.forEach(visit);
  return readers;
}

function bodiesOf(step: ProgramStep): readonly (readonly ProgramStep[])[] {
  switch (step.kind) {
    case 'stage':
      return [];
    case 'branch':
      return step.branches;
    case 'while':
      return [step.test, step.body];
    case 'repeat':
      return [step.body];
    default:
      return step satisfies never;
  }
}

interface Access {
  readonly reads: Set<number>;
  readonly writes: Set<number>;
}

function addStep(step: ProgramStep, access: Access): void {
  switch (step.kind) {
    case 'stage':
      return addStage(step.stage, access);
    case 'branch':
      access.reads.add(step.index);
      return step.branches.flat().forEach((inner) => addStep(inner, access));
    case 'while':
      access.reads.add(step.condition);
      return [...step.test, ...step.body].forEach((inner) => addStep(inner, access));
    case 'repeat':
      access.writes.add(step.counter);
      return step.body.forEach((inner) => addStep(inner, access));
    default:
      return step satisfies never;
  }
}

function addStage(stage: Stage, { reads, writes }: Access): void {
  const add = (to: Set<number>, buffers: readonly number[]): void => buffers.forEach((buffer) => to.add(buffer));
  switch (stage.kind) {
    case 'compute':
      writes.add(stage.output);
      return addLoads(stage.body, stage.store, reads);
    case 'scatter':
      // What no update reaches stays as it was.
      add(reads, [stage.output]);
      writes.add(stage.output);
      return addLoads(stage.body, [...stage.store, ...stage.conditions.map(({ index }) => index)], reads);
    case 'sort':
      add(reads, stage.inputs);
      return add(writes, stage.outputs);
    case 'top_k':
      reads.add(stage.input);
      return add(writes, [stage.values, stage.indices]);
    case 'cumulative':
      reads.add(stage.input);
      writes.add(stage.output);
      return;
    case 'random_bits':
      reads.add(stage.key);
      writes.add(stage.output);
      return;
    default:
      return stage satisfies never;
  }
}

function addLoads(body: StageExpr, indices: readonly IndexExpr[], reads: Set<number>): void {
  const visit = (expr: StageExpr): void => {
    if (expr.kind === 'load') reads.add(expr.buffer);
  };
  walk(body, visit);
  for (const index of indices)
    visitIndex(index, (part) => {
      if (part.kind === 'value') walk(part.expr, visit);
    });
}
