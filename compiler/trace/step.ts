// Programs with state: several graphs that share variables by path, compiled together. The variables live in the program.
import { quote, ValueError } from '../errors/index.ts';
import type { Graph, TensorType } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { interpretStep } from './interpret-step.ts';

/** A program with entry points over one set of states. A run updates the states in place; nothing else changes them but `writeState`. */
export interface CompiledStep {
  /** What runs it: `reference`, `wasm`, `native`. */
  readonly target: string;
  /** Names of the entry points. */
  readonly entries: readonly string[];
  /** Paths of the states. */
  readonly paths: readonly string[];
  /** Grows with everything that may have changed a state. */
  readonly version: number;
  /** Runs an entry on one array per input of its graph; gives new arrays, one per output. */
  run(entry: string, inputs: readonly NDArray[]): readonly NDArray[];
  /** A copy of the state's present value. */
  readState(path: string): NDArray;
  /** Sets a state to a copy of a value of its type. */
  writeState(path: string, value: NDArray): void;
  /** Lets go of its memory; it cannot be used any more. */
  dispose(): void;
}

export interface StepOptions {
  /**
   * Paths of parameters that never change while the program lives: they are built into the code, folded and packed for its kernels.
   * All others are states, whether an entry updates them or not.
   */
  readonly constants?: ReadonlySet<string> | undefined;
  /** Threads of native code. Default: KERASC_THREADS, or one for each processor. */
  readonly threads?: number | undefined;
}

/** Entry points by name. Parameters of equal path are one state; an entry's updates are seen by the runs after it. */
export type StepGraphs = Readonly<Record<string, Graph>>;

export interface StepCompiler {
  /** Takes the fastest target that this machine has; building it may take a while. */
  compile(graphs: StepGraphs, options: StepOptions): Promise<CompiledStep>;
  /** Takes the fastest target that is ready at once. */
  compileNow(graphs: StepGraphs, options: StepOptions): CompiledStep;
}

/** Interprets, node after node: what the others are compared with. */
export const referenceStepCompiler: StepCompiler = {
  compile: async (graphs, options) => interpretStep(graphs, options),
  compileNow: interpretStep,
};

let compiler: StepCompiler = referenceStepCompiler;

/** Chooses what compiles steps and returns the former choice. The numbers do not depend on it, only the time they take. */
export function setStepCompiler(next: StepCompiler): StepCompiler {
  const former = compiler;
  compiler = next;
  return former;
}

/** Compiles graphs over shared states with the chosen compiler. */
export async function compileStep(graphs: StepGraphs, options: StepOptions = {}): Promise<CompiledStep> {
  checkGraphs(graphs);
  return compiler.compile(graphs, options);
}

/** As `compileStep`, without waiting: where a program is needed inside a synchronous call. */
export function compileStepNow(graphs: StepGraphs, options: StepOptions = {}): CompiledStep {
  checkGraphs(graphs);
  return compiler.compileNow(graphs, options);
}

/** A parameter is found by its path, which must therefore mean one variable everywhere. */
function checkGraphs(graphs: StepGraphs): void {
  const types = new Map<string, TensorType>();
  for (const [entry, { parameters, updates }] of Object.entries(graphs)) {
    const own = new Set<string>();
    for (const { path, value } of parameters) {
      if (own.has(path)) throw twoVariables(path, entry);
      own.add(path);
      const known = types.get(path);
      if (known && (known.dtype !== value.type.dtype || known.shape.join() !== value.type.shape.join())) throw twoVariables(path, entry);
      types.set(path, value.type);
    }
    for (const { path } of updates)
      if (!own.has(path)) throw new Error(`kerasc bug: ${entry} updates ${path}, which is none of its parameters`);
  }
}

function twoVariables(path: string, entry: string): ValueError {
  return new ValueError(`Two variables have the path ${quote(path)}.`, {
    code: 'variable-path',
    where: `the entry point ${quote(entry)}`,
    cure: 'Give their layers different names.',
  });
}
