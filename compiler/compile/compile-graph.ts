// From a graph to a module of kernels for one target.
import { compileProgram } from '../../codegen/compile.ts';
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

/** Schedules in the order in which they are tried; the last two take any stage. */
const SCHEDULES: readonly Schedule[] = [scheduleWinograd, scheduleDepthwise, scheduleContraction, scheduleLibrary, scheduleLoops];

/** Compiles a graph whose parameters are known. Updates follow the graph's outputs as further outputs of the module. */
export function compileGraph(graph: Graph, target: CpuTarget, observer: PassObserver = {}): KernelModule {
  const program = runPasses(graph, { target }, observer);
  const module = compileProgram(program, target, { schedules: SCHEDULES });
  // Passes make new values, and only the graph that came in knows what the user calls its outputs.
  return { ...module, outputs: module.outputs.map((slot, index) => ({ ...slot, name: graph.outputs[index]?.name ?? slot.name })) };
}
