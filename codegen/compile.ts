// From a program of stages to a module: every stage is scheduled, weights are packed, memory is planned.
import type { CpuTarget } from '../targets/cpu-target.ts';
import { FunctionTable } from './function-table.ts';
import { memoryBytes } from './kernel-ir/index.ts';
import type { Address, KernelModule, ModuleEntry, ModuleStep, StepArgument, TensorSlot } from './module.ts';
import { WeightPacker } from './pack-weights.ts';
import { align, type Lifetime, planMemory } from './plan-memory.ts';
import { groupFlatStages } from './schedule/flat/group.ts';
import type { FlatStage } from './schedule/flat/match.ts';
import { scheduleFlat } from './schedule/flat/schedule.ts';
import { hasHalo, hasUnusedChannels, zeroHaloFunction } from './schedule/halo.ts';
import type { Schedule, Scheduled, ScheduledArgument, ScheduledCall, Scratch } from './schedule/scheduled.ts';
import type { Buffer, Program, ProgramStep, Stage } from './stage/stage.ts';
import { readersOf } from './stage/step-access.ts';
import { StateTable, slotOf } from './state-table.ts';

export interface CompileOptions {
  /** Tried in order; the last ones take any stage. */
  readonly schedules: readonly Schedule[];
}

/** Room that vectors may read beyond the last element of the arena. */
const OVERREAD = 64;

/** A module with one entry. */
export function compileProgram(program: Program, target: CpuTarget, options: CompileOptions): KernelModule {
  const shared = new SharedParts(target, options.schedules);
  const { entry, arenaBytes } = new EntryCompiler(program, 'run', shared).compile();
  const { run, inputs, outputs } = entry;
  return { name: program.name, ...shared.finish(), run, inputs, outputs, arenaBytes };
}

/** A module with several entries over one memory: states of equal name are one, kernels and weights are shared. */
export function compileEntries(
  name: string,
  programs: readonly { readonly name: string; readonly program: Program }[],
  target: CpuTarget,
  options: CompileOptions,
): KernelModule {
  const shared = new SharedParts(target, options.schedules);
  const compiled = programs.map((each) => new EntryCompiler(each.program, each.name, shared).compile());
  const arenaBytes = Math.max(0, ...compiled.map((each) => each.arenaBytes));
  return { name, ...shared.finish(), run: [], inputs: [], outputs: [], entries: compiled.map(({ entry }) => entry), arenaBytes };
}

/** What the entries of a module have in common. */
class SharedParts {
  readonly target: CpuTarget;
  readonly schedules: readonly Schedule[];
  readonly functions = new FunctionTable();
  readonly weights = new WeightPacker();
  readonly states = new StateTable();

  constructor(target: CpuTarget, schedules: readonly Schedule[]) {
    this.target = target;
    this.schedules = schedules;
  }

  finish(): Pick<KernelModule, 'functions' | 'prepare' | 'weights' | 'states'> {
    const states = this.states.slots();
    return { functions: this.functions.all(), prepare: [], weights: this.weights.bytes(), ...(states.length > 0 ? { states } : {}) };
  }
}

/** A step whose arguments are still buffers. */
type Draft =
  | { readonly kind: 'call'; readonly call: ScheduledCall; readonly label: string; readonly position: number }
  | { readonly kind: 'zero'; readonly buffer: number; readonly position: number }
  | { readonly kind: 'branch'; readonly index: number; readonly branches: readonly (readonly Draft[])[] }
  | { readonly kind: 'while'; readonly test: readonly Draft[]; readonly condition: number; readonly body: readonly Draft[] }
  | { readonly kind: 'repeat'; readonly count: number; readonly counter: number; readonly body: readonly Draft[] };

class EntryCompiler {
  readonly #program: Program;
  readonly #name: string;
  readonly #shared: SharedParts;
  /** First and last position at which each scratch item is used; buffers by id, scratch of stages after them. */
  readonly #spans = new Map<number, { first: number; last: number; bytes: number }>();
  readonly #scratchIds = new Map<Scratch, number>();
  /** The stages that read each buffer, null for control flow. */
  readonly #readers: ReadonlyMap<number, ReadonlySet<Stage | null>>;
  #position = 0;
  #offsets: ReadonlyMap<number, number> = new Map();

  constructor(program: Program, name: string, shared: SharedParts) {
    this.#program = program;
    this.#name = name;
    this.#shared = shared;
    this.#readers = readersOf(program.steps);
  }

  compile(): { readonly entry: ModuleEntry; readonly arenaBytes: number } {
    for (const buffer of this.#program.buffers) if (buffer.kind === 'state') this.#shared.states.add(buffer);
    const drafts = this.#steps(this.#program.steps);
    const lifetimes = [...this.#spans].map(([id, span]): Lifetime => ({ id, ...span }));
    const plan = planMemory(lifetimes);
    this.#offsets = plan.offsets;
    const run = this.#finish(drafts);
    const slots = (ports: Program['inputs']): TensorSlot[] => ports.map(({ name, buffer }) => slotOf(this.#buffer(buffer), name));
    const { inputs, outputs } = this.#program;
    return { entry: { name: this.#name, run, inputs: slots(inputs), outputs: slots(outputs) }, arenaBytes: align(plan.bytes + OVERREAD) };
  }

  /** Programs with states change many arrays of many sizes alike; for them stages are put together. */
  #steps(steps: readonly ProgramStep[]): Draft[] {
    if (!this.#program.buffers.some(({ kind }) => kind === 'state')) return steps.flatMap((step) => this.#step(step));
    return groupFlatStages(steps, (id) => this.#buffer(id)).flatMap((item) =>
      item.kind === 'flat' ? this.#flat(item.stages) : this.#step(item.step),
    );
  }

  #step(step: ProgramStep): readonly Draft[] {
    switch (step.kind) {
      case 'stage':
        return this.#scheduled(step.stage.name, this.#schedule(step.stage), step.stage);
      case 'branch':
        return this.#within([step.index], () => ({
          kind: 'branch',
          index: step.index,
          branches: this.#branches(step.branches),
        }));
      case 'while':
        return this.#loop(step.condition, () => ({
          kind: 'while',
          test: this.#steps(step.test),
          condition: step.condition,
          body: this.#steps(step.body),
        }));
      case 'repeat':
        return this.#loop(step.counter, () => ({
          kind: 'repeat',
          count: step.count,
          counter: step.counter,
          body: this.#steps(step.body),
        }));
      default:
        return step satisfies never;
    }
  }

  /** What is zeroed in a loop is zeroed once before it: a round must not undo the one before, and nothing else is put there meanwhile. */
  #lifted: Draft[] = [];
  #loopDepth = 0;
  #loop(buffer: number, make: () => Draft): readonly Draft[] {
    this.#loopDepth++;
    const loop = this.#within([buffer], make);
    this.#loopDepth--;
    if (this.#loopDepth > 0) return loop;
    const lifted = this.#lifted;
    this.#lifted = [];
    return [...lifted, ...loop];
  }

  /** One branch of several runs: each zeroes for itself, and later stages may rely on what all of them have zeroed. */
  #branches(branches: readonly (readonly ProgramStep[])[]): Draft[][] {
    const before = this.#zeroed;
    const after: ReadonlySet<number>[] = [];
    const drafts = branches.map((branch) => {
      this.#zeroed = new Set(before);
      const steps = this.#steps(branch);
      after.push(this.#zeroed);
      return steps;
    });
    this.#zeroed = new Set([...(after[0] ?? before)].filter((buffer) => after.every((set) => set.has(buffer))));
    return drafts;
  }

  #flat(stages: readonly FlatStage[]): readonly Draft[] {
    const group = new Set<Stage>(stages.map(({ stage }) => stage));
    const isPrivate = (id: number): boolean =>
      this.#buffer(id).kind === 'scratch' && [...(this.#readers.get(id) ?? [])].every((reader) => reader !== null && group.has(reader));
    const scheduled = scheduleFlat(stages, { target: this.#shared.target, buffer: (id) => this.#buffer(id), isPrivate });
    return this.#scheduled((stages[0] as FlatStage).stage.name, scheduled);
  }

  /** Control flow: whatever is used inside is alive from its start to its end, as bodies run again. */
  #within(buffers: readonly number[], make: () => Draft): readonly Draft[] {
    const first = this.#position++;
    const draft = make();
    const last = this.#position++;
    for (const buffer of buffers) this.#use(buffer, first);
    for (const span of this.#spans.values()) {
      if (span.last >= first) Object.assign(span, { first: Math.min(span.first, first), last });
    }
    return [draft];
  }

  #scheduled(label: string, scheduled: Scheduled, stage?: Stage): readonly Draft[] {
    const names = this.#shared.functions.add(scheduled.functions);
    const drafts: Draft[] = stage ? this.#zeroBefore(stage, scheduled) : [];
    for (const scheduledCall of scheduled.calls) {
      const call = { ...scheduledCall, callee: names.get(scheduledCall.callee) ?? scheduledCall.callee };
      const position = this.#position++;
      for (const arg of call.args) this.#useArgument(arg, position);
      drafts.push({ kind: 'call', call, label, position });
    }
    return drafts;
  }

  #schedule(stage: Stage): Scheduled {
    const context = { target: this.#shared.target, buffer: (id: number): Buffer => this.#buffer(id) };
    for (const schedule of this.#shared.schedules) {
      const scheduled = schedule(stage, context);
      if (scheduled) return scheduled;
    }
    throw new Error(`kerasc bug: no schedule takes the ${stage.kind} stage ${stage.name}`);
  }

  /** The first stage that writes a buffer with a halo is preceded by zeroing it: its memory was another buffer's before. */
  #zeroed = new Set<number>();
  #zeroBefore(stage: Stage, scheduled: Scheduled): Draft[] {
    const drafts = this.#zeroes(stage, scheduled);
    if (this.#loopDepth === 0) return drafts;
    this.#lifted.push(...drafts);
    return [];
  }

  #zeroes(stage: Stage, { fillsBlocks = false }: Scheduled): Draft[] {
    if (stage.kind !== 'compute' || this.#zeroed.has(stage.output)) return [];
    const buffer = this.#buffer(stage.output);
    const hasGaps = !fillsBlocks && hasUnusedChannels(buffer);
    if (buffer.kind !== 'scratch' || !(hasHalo(buffer) || hasGaps)) return [];
    this.#zeroed.add(stage.output);
    const position = this.#position++;
    this.#use(stage.output, position);
    const zero = hasGaps ? null : zeroHaloFunction(buffer, this.#shared.target);
    if (!zero) return [{ kind: 'zero', buffer: stage.output, position }];
    const callee = this.#shared.functions.add([zero]).get(zero.name) as string;
    return [
      {
        kind: 'call',
        call: { callee, args: [{ kind: 'buffer', buffer: stage.output }], flops: 0 },
        label: `${stage.name}_halo`,
        position,
      },
    ];
  }

  #useArgument(arg: ScheduledArgument, position: number): void {
    if (arg.kind === 'buffer') this.#use(arg.buffer, position);
    if (arg.kind === 'scratch') this.#span(this.#scratchId(arg.scratch), arg.scratch.elements * memoryBytes(arg.scratch.type), position);
  }

  #use(id: number, position: number): void {
    const buffer = this.#buffer(id);
    if (buffer.kind === 'scratch') this.#span(id, buffer.layout.elements * memoryBytes(buffer.type), position);
  }

  #span(id: number, bytes: number, position: number): void {
    const span = this.#spans.get(id);
    if (span) span.last = Math.max(span.last, position);
    else this.#spans.set(id, { first: position, last: position, bytes });
  }

  #scratchId(scratch: Scratch): number {
    const id = this.#scratchIds.get(scratch) ?? this.#program.buffers.length + this.#scratchIds.size;
    this.#scratchIds.set(scratch, id);
    return id;
  }

  #buffer(id: number): Buffer {
    return this.#program.buffers[id] as Buffer;
  }

  #finish(drafts: readonly Draft[]): ModuleStep[] {
    return drafts.map((draft): ModuleStep => {
      switch (draft.kind) {
        case 'call':
          return {
            kind: 'call',
            callee: draft.call.callee,
            label: draft.label,
            flops: draft.call.flops,
            args: draft.call.args.map((arg) => this.#argument(arg)),
            ...(draft.call.parallel ? { parallel: draft.call.parallel } : {}),
          };
        case 'zero': {
          const { layout, type } = this.#buffer(draft.buffer);
          return { kind: 'zero', address: this.#address(draft.buffer), bytes: layout.elements * memoryBytes(type) };
        }
        case 'branch':
          return { kind: 'branch', index: this.#address(draft.index), branches: draft.branches.map((branch) => this.#finish(branch)) };
        case 'while':
          return {
            kind: 'while',
            test: this.#finish(draft.test),
            condition: this.#address(draft.condition),
            body: this.#finish(draft.body),
          };
        case 'repeat':
          return { kind: 'repeat', count: draft.count, counter: this.#address(draft.counter), body: this.#finish(draft.body) };
        default:
          return draft satisfies never;
      }
    });
  }

  #argument(arg: ScheduledArgument): StepArgument {
    switch (arg.kind) {
      case 'number':
        return arg;
      case 'buffer': {
        const { type } = this.#buffer(arg.buffer);
        return { kind: 'address', address: this.#address(arg.buffer, (arg.offset ?? 0) * memoryBytes(type)), memory: type };
      }
      case 'packed': {
        const buffer = this.#buffer(arg.buffer);
        const offset = this.#shared.weights.packed(buffer, arg.packing) + (arg.offset ?? 0) * memoryBytes(buffer.type);
        return { kind: 'address', address: { region: 'weights', index: 0, offset }, memory: buffer.type };
      }
      case 'scratch': {
        const { type } = arg.scratch;
        const offset = (this.#offsets.get(this.#scratchId(arg.scratch)) as number) + (arg.offset ?? 0) * memoryBytes(type);
        return { kind: 'address', address: { region: 'arena', index: 0, offset }, memory: type };
      }
      default:
        return arg satisfies never;
    }
  }

  #address(id: number, offset = 0): Address {
    const buffer = this.#buffer(id);
    switch (buffer.kind) {
      case 'weight':
        return { region: 'weights', index: 0, offset: this.#shared.weights.plain(buffer) + offset };
      case 'scratch':
        return { region: 'arena', index: 0, offset: (this.#offsets.get(id) as number) + offset };
      case 'state':
        return { region: 'states', index: 0, offset: this.#shared.states.offsetOf(buffer) + offset };
      case 'input':
        return { region: 'input', index: this.#program.inputs.findIndex((input) => input.buffer === id), offset };
      case 'output':
        return { region: 'output', index: this.#program.outputs.findIndex((output) => output.buffer === id), offset };
      default:
        return buffer.kind satisfies never;
    }
  }
}
