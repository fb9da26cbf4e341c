// The compiled steps of a model: one program for each kind of step and shape of data, all over the model's variables.
import type { NDArray } from '../../ir/ndarray.ts';
import { bindVariables, type StepBinding } from '../../trace/bind-variables.ts';
import { type CompiledStep, compileStep, compileStepNow, type StepGraphs } from '../../trace/step.ts';
import { isPlainObject, type Nested, packLike } from '../engine/structure.ts';
import type { Batch } from './batch-source.ts';
import type { HostData } from './host-data.ts';
import { batchArrays, type StepKind, type TracedStep, traceStep } from './trace-step.ts';
import type { Trainer } from './trainer.ts';
import { VariablePaths } from './variable-paths.ts';

/** One kind of step for one shape of data. */
export interface WantedStep {
  readonly kind: StepKind;
  readonly sample: Batch;
}

/** An entry of a program, ready to run. */
interface Entry {
  readonly program: Program;
  readonly name: string;
  readonly structure: Nested<unknown>;
  /** How often it ran. */
  runs: number;
  /** Whether it was compiled in haste, for a shape that may never come again. */
  readonly isHasty: boolean;
}

interface Program {
  readonly step: CompiledStep;
  readonly binding: StepBinding;
}

/** Shapes beyond these throw out the oldest: data of ever new lengths must not fill the memory. */
const MOST_PROGRAMS = 16;

/** A program in haste that runs as often as this is worth compiling well. */
const RUNS_WORTH_COMPILING = 100;

export class StepPrograms {
  readonly #model: Trainer;
  readonly #paths = new VariablePaths();
  readonly #entries = new Map<string, Entry>();

  constructor(model: Trainer) {
    this.#model = model;
  }

  /** Compiles steps together that are known to be needed, so that they share one set of states. */
  async prepare(wanted: readonly WantedStep[]): Promise<void> {
    const missing = wanted.filter(({ kind, sample }) => !this.#entries.has(keyOf(kind, sample)));
    if (missing.length === 0) return;
    const traced = missing.map(({ kind, sample }) => this.#trace(kind, sample));
    this.#add(missing, traced, await compileStep(graphsOf(missing, traced)), false);
  }

  /** Runs a step on a batch and gives what it returns. Shapes that are new are compiled first. */
  async run(kind: StepKind, batch: Batch): Promise<Nested<NDArray>> {
    const key = keyOf(kind, batch);
    const known = this.#entries.get(key);
    if (known && !(known.isHasty && known.runs >= RUNS_WORTH_COMPILING)) return runEntry(known, batch);
    if (known) this.#drop(key);
    // The first shape of a kind is what most steps have; others (a last batch, say) need not be fast.
    const isFirst = known !== undefined || ![...this.#entries.keys()].some((other) => other.startsWith(`${kind} `));
    if (isFirst) await this.prepare([{ kind, sample: batch }]);
    return this.runNow(kind, batch);
  }

  /** The same without waiting for a compiler. */
  runNow(kind: StepKind, batch: Batch): Nested<NDArray> {
    const wanted = [{ kind, sample: batch }];
    if (!this.#entries.has(keyOf(kind, batch))) {
      const traced = [this.#trace(kind, batch)];
      this.#add(wanted, traced, compileStepNow(graphsOf(wanted, traced)), true);
    }
    return runEntry(this.#entries.get(keyOf(kind, batch)) as Entry, batch);
  }

  /** Gives the variables their values back and forgets all programs. */
  dispose(): void {
    for (const key of [...this.#entries.keys()]) this.#drop(key);
  }

  #trace(kind: StepKind, sample: Batch): TracedStep {
    for (const variable of this.#model.variables) this.#paths.claim(variable);
    return traceStep(this.#model, kind, sample, { onVariable: this.#paths.claim });
  }

  #add(wanted: readonly WantedStep[], traced: readonly TracedStep[], step: CompiledStep, isHasty: boolean): void {
    const program: Program = { step, binding: bindVariables(step, new Set(traced.flatMap(({ variables }) => [...variables]))) };
    wanted.forEach(({ kind, sample }, index) => {
      const { structure } = traced[index] as TracedStep;
      this.#entries.set(keyOf(kind, sample), { program, name: nameOf(kind, index), structure, runs: 0, isHasty });
    });
    const [oldest] = [...this.#entries].filter(([, entry]) => entry.isHasty);
    if (oldest && this.#entries.size > MOST_PROGRAMS) this.#drop(oldest[0]);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (!entry || [...this.#entries.values()].some(({ program }) => program === entry.program)) return;
    entry.program.binding.release();
    entry.program.step.dispose();
  }
}

function runEntry(entry: Entry, batch: Batch): Nested<NDArray> {
  const { program, name, structure } = entry;
  entry.runs += 1;
  program.binding.acquire();
  return packLike(structure, program.step.run(name, batchArrays(batch)));
}

const nameOf = (kind: StepKind, index: number): string => (index === 0 ? kind : `${kind}_${index}`);

const graphsOf = (wanted: readonly WantedStep[], traced: readonly TracedStep[]): StepGraphs =>
  Object.fromEntries(wanted.map(({ kind }, index) => [nameOf(kind, index), (traced[index] as TracedStep).graph]));

/** Tells programs apart: the kind of step, and the structure and types of the data. */
function keyOf(kind: StepKind, { x, y, sampleWeight }: Batch): string {
  return `${kind} ${describe(x)} ${describe(y)} ${describe(sampleWeight)}`;
}

function describe(data: HostData | undefined): string {
  if (data === undefined || data === null) return '-';
  if (Array.isArray(data)) return `[${data.map((item) => describe(item as HostData)).join()}]`;
  if (isPlainObject(data)) return `{${Object.entries(data).map(([key, item]) => `${JSON.stringify(key)}:${describe(item as HostData)}`)}}`;
  const { dtype, shape } = data as NDArray;
  return `${dtype}(${shape.join()})`;
}
