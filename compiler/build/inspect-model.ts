// What the compiler makes of a model, as text: the graph or program after any pass, or the kernels.
import { printModule } from '../../codegen/kernel-ir/print.ts';
import { printProgram } from '../../codegen/stage/print-program.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { compileGraph } from '../compile/compile-graph.ts';
import { quote, ValueError } from '../errors/index.ts';
import type { Graph } from '../ir/graph.ts';
import { printGraph } from '../ir/print.ts';
import { GRAPH_PASSES, PROGRAM_PASSES, runPasses } from '../passes/index.ts';

/** In order; the first is the graph as it was traced. */
export const PASS_NAMES: readonly string[] = [
  'trace',
  ...GRAPH_PASSES.map((pass) => pass.name),
  'fuse',
  ...PROGRAM_PASSES.map((pass) => pass.name),
];

/** The graph, or the program of stages that it has become, right after the pass. */
export function printAfterPass(graph: Graph, pass: string, target: CpuTarget): string {
  if (!PASS_NAMES.includes(pass))
    throw new ValueError(`There is no pass ${quote(pass)}.`, { code: 'unknown-pass', cure: `Passes, in order: ${PASS_NAMES.join(', ')}.` });
  if (pass === 'trace') return printGraph(graph);
  let text = '';
  runPasses(
    graph,
    { target },
    {
      graph: (name, result) => {
        if (name === pass) text = printGraph(result);
      },
      program: (name, result) => {
        if (name === pass) text = printProgram(result);
      },
    },
  );
  return text;
}

/** The Kernel IR that is printed for this machine. */
export const printKernels = (graph: Graph, target: CpuTarget): string => printModule(compileGraph(graph, target));
