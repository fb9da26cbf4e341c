// From a graph to a module of kernels for one target.
import { compileEntries, compileProgram } from '../../codegen/compile.ts';
import type { KernelModule } from '../../codegen/module.ts';
import { scheduleContraction } from '../../codegen/schedule/contraction/schedule.ts';
import { scheduleDepthwise } from '../../codegen/schedule/depthwise/schedule.ts';
import { scheduleLibrary } from '../../codegen/schedule/library/schedule.ts';
import { scheduleLoops } from '../../codegen/schedule/loops/schedule.ts';
import type { Schedule } from '../../codegen/schedule/scheduled.ts';
import { scheduleWinograd } from '../../codegen/schedule/winograd/schedule.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import type { Graph } from '../ir/graph.ts';
import { type PassObserver, runPasses } from '../passes/index.ts';
import type { StepGraphs, StepOptions } from '../trace/step.ts';

/** Schedules in the order in which they are tried; the last two take any stage. */
const SCHEDULES: readonly Schedule[] = [scheduleWinograd, scheduleDepthwise, scheduleContraction, scheduleLibrary, scheduleLoops];

/** Compiles a graph whose parameters are known. Updates follow the graph's outputs as further outputs of the module. */
export function compileGraph(graph: Graph, target: CpuTarget, observer: PassObserver = {}): KernelModule {
  const program = runPasses(graph, { target }, observer);
  const module = compileProgram(program, target, { schedules: SCHEDULES });
  // Passes make new values, and only the graph that came in knows what the user calls its outputs.
  return { ...module, outputs: module.outputs.map((slot, index) => ({ ...slot, name: graph.outputs[index]?.name ?? slot.name })) };
}

/** Compiles graphs that share states into one module, an entry for each. All parameters are states but for the constants. */
export function compileStepGraphs(graphs: StepGraphs, { constants }: StepOptions, target: CpuTarget): KernelModule {
  const paths = Object.values(graphs).flatMap(({ parameters }) => parameters.map(({ path }) => path));
  const states = new Set(paths.filter((path) => !constants?.has(path)));
  const programs = Object.entries(graphs).map(([name, graph]) => ({ name, program: runPasses(graph, { target, states }) }));
  const [first] = Object.values(graphs);
  return compileEntries(first?.name ?? 'empty', programs, target, { schedules: SCHEDULES });
}
