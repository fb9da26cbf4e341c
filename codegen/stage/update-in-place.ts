// States that are computed where they stand: where nobody needs a state's present value any more, the stage that computes the next one
// writes it over the present one, and the copy at the program's end goes.
import { indexKey, substituteIndex } from './index-arithmetic.ts';
import { mapExpression } from './map-expression.ts';
import type { Buffer, ComputeStage, IndexExpr, Program, ProgramStep, StageExpr } from './stage.ts';
import { accessOf, type StepAccess } from './step-access.ts';
import { walk } from './walk.ts';

/** The same program with fewer copies of next values to states. */
export function updateInPlace(program: Program): Program {
  if (!program.buffers.some(({ kind }) => kind === 'state')) return program;
  const updater = new Updater(program);
  for (const step of program.steps) updater.tryInPlace(step);
  return { ...program, steps: updater.steps() };
}

interface Entry {
  step: ProgramStep;
  access: StepAccess;
  /** Its place in the order; removed entries keep theirs. */
  position: number;
  isRemoved: boolean;
}

class Updater {
  readonly #program: Program;
  /** In order. */
  readonly #entries: Entry[];
  readonly #byStep: ReadonlyMap<ProgramStep, Entry>;
  /** The entries that read or write each buffer. */
  readonly #users = new Map<number, Set<Entry>>();

  constructor(program: Program) {
    this.#program = program;
    this.#entries = program.steps.map((step, position) => ({ step, access: accessOf(step), position, isRemoved: false }));
    this.#byStep = new Map(this.#entries.map((entry) => [entry.step, entry]));
    for (const entry of this.#entries)
      for (const buffer of [...entry.access.reads, ...entry.access.writes]) this.#usersOf(buffer).add(entry);
  }

  steps(): ProgramStep[] {
    return this.#entries.flatMap(({ step, isRemoved }) => (isRemoved ? [] : [step]));
  }

  tryInPlace(step: ProgramStep): void {
    const copy = this.#asCopy(step);
    if (!copy) return;
    const { state, next } = copy;
    const [producer, second] = [...this.#usersOf(next)].filter(({ access }) => access.writes.has(next));
    if (!producer || second || producer.step.kind !== 'stage' || producer.step.stage.kind !== 'compute') return;
    const { shape } = this.#program.buffers[state] as Buffer;
    if (!coversAll(producer.step.stage, shape) || !readsInPlace(producer.step.stage, state, shape)) return;
    const readers = [...this.#usersOf(state)].filter((entry) => entry !== producer && entry.access.reads.has(state));
    const lastReader = Math.max(-1, ...readers.map(({ position }) => position));
    if (lastReader > producer.position && !this.#moveBehind(producer, lastReader)) return;
    this.#remove(this.#byStep.get(step) as Entry);
    for (const entry of this.#usersOf(next)) {
      entry.step = replaceBuffer(entry.step, next, state);
      entry.access = accessOf(entry.step);
      this.#usersOf(state).add(entry);
    }
    this.#users.delete(next);
  }

  #usersOf(buffer: number): Set<Entry> {
    const users = this.#users.get(buffer) ?? new Set();
    this.#users.set(buffer, users);
    return users;
  }

  #remove(entry: Entry): void {
    entry.isRemoved = true;
    for (const users of [...entry.access.reads, ...entry.access.writes].map((buffer) => this.#usersOf(buffer))) users.delete(entry);
  }

  /** A stage that copies a whole scratch buffer to a state. */
  #asCopy(step: ProgramStep): { readonly state: number; readonly next: number } | undefined {
    if (step.kind !== 'stage' || step.stage.kind !== 'compute') return undefined;
    const { output, store, body } = step.stage;
    const target = this.#program.buffers[output];
    if (target?.kind !== 'state' || body.kind !== 'load') return undefined;
    const isPlain =
      this.#program.buffers[body.buffer]?.kind === 'scratch' && keysOf(body.indices, target.shape) === keysOf(store, target.shape);
    return isPlain ? { state: output, next: body.buffer } : undefined;
  }

  /** Moves an entry behind a later one, if nothing between them needs what it writes or changes what it reads. */
  #moveBehind(moved: Entry, to: number): boolean {
    const from = moved.position;
    const between = this.#entries.slice(from + 1, to + 1).filter(({ isRemoved }) => !isRemoved);
    const conflicts = between.some(({ access }) => meet(access.reads, moved.access.writes) || meet(access.writes, moved.access.reads));
    if (conflicts) return false;
    this.#entries.splice(from, 1);
    this.#entries.splice(to, 0, moved);
    for (let position = from; position <= to; position++) (this.#entries[position] as Entry).position = position;
    return true;
  }
}

/** Equal keys, equal elements: along a dim of size 1 there is but one. */
const keysOf = (indices: readonly IndexExpr[], shape: readonly number[]): string =>
  indices.map((index, dim) => (shape[dim] === 1 ? '0' : indexKey(index))).join();

const meet = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => [...a].some((item) => b.has(item));

/** One element for each position of the axes, no element left out. */
function coversAll({ axes, store }: ComputeStage, shape: readonly number[]): boolean {
  const used = new Set<unknown>();
  const isPlain = store.every((index, dim) => {
    if (index.kind === 'constant') return index.value === 0 && shape[dim] === 1;
    if (index.kind !== 'axis' || used.has(index.axis) || index.axis.extent !== shape[dim]) return false;
    used.add(index.axis);
    return true;
  });
  return isPlain && axes.every((axis) => used.has(axis) || axis.extent === 1);
}

/**
 * Whether each element of the state is read only for the same element of the result. A stage with a reduction may keep sums in its
 * output before it reads what else it needs.
 */
function readsInPlace({ body, store }: ComputeStage, state: number, shape: readonly number[]): boolean {
  const own = keysOf(store, shape);
  let reads = false;
  let reduces = false;
  let elsewhere = false;
  walk(body, (expr) => {
    if (expr.kind === 'reduce') reduces = true;
    if (expr.kind !== 'load' || expr.buffer !== state) return;
    reads = true;
    if (keysOf(expr.indices, shape) !== own) elsewhere = true;
  });
  return !elsewhere && !(reads && reduces);
}

function replaceBuffer(step: ProgramStep, from: number, to: number): ProgramStep {
  const pick = (buffer: number): number => (buffer === from ? to : buffer);
  const inBody = (body: StageExpr): StageExpr =>
    mapExpression(body, (expr) => (expr.kind === 'load' && expr.buffer === from ? { ...expr, buffer: to } : expr));
  const inIndex = (index: IndexExpr): IndexExpr => substituteIndex(index, new Map(), inBody);
  const all = (steps: readonly ProgramStep[]): ProgramStep[] => steps.map((inner) => replaceBuffer(inner, from, to));
  switch (step.kind) {
    case 'stage': {
      const { stage } = step;
      switch (stage.kind) {
        case 'compute':
          return {
            kind: 'stage',
            stage: { ...stage, output: pick(stage.output), store: stage.store.map(inIndex), body: inBody(stage.body) },
          };
        case 'scatter': {
          const conditions = stage.conditions.map(({ index, extent }) => ({ index: inIndex(index), extent }));
          return { kind: 'stage', stage: { ...stage, store: stage.store.map(inIndex), conditions, body: inBody(stage.body) } };
        }
        case 'sort':
          return { kind: 'stage', stage: { ...stage, inputs: stage.inputs.map(pick), outputs: stage.outputs.map(pick) } };
        case 'top_k':
          return { kind: 'stage', stage: { ...stage, input: pick(stage.input) } };
        case 'cumulative':
          return { kind: 'stage', stage: { ...stage, input: pick(stage.input) } };
        case 'random_bits':
          return { kind: 'stage', stage: { ...stage, key: pick(stage.key) } };
        default:
          return stage satisfies never;
      }
    }
    case 'branch':
      return { ...step, index: pick(step.index), branches: step.branches.map(all) };
    case 'while':
      return { ...step, test: all(step.test), condition: pick(step.condition), body: all(step.body) };
    case 'repeat':
      return { ...step, body: all(step.body) };
    default:
      return step satisfies never;
  }
}
