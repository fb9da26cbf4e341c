// Runs graphs as WebAssembly in this process: eager operations and `predict`. Programs are compiled once and kept.
import { emitWasm } from '../../codegen/emit/wasm/index.ts';
import { createProgramMemory, instantiateWasm, type WasmProgram } from '../../targets/node/instantiate.ts';
import { hostWasmTarget } from '../../targets/node/relaxed-simd.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { printGraph } from '../ir/print.ts';
import type { Executor } from '../trace/evaluate.ts';
import { compileGraph } from './compile-graph.ts';

/** Programs kept for graphs that look alike; the oldest go first. */
const MOST_PROGRAMS = 512;

/** An executor with a cache of its own. */
export function createWasmExecutor(): Executor {
  const byNodes = new WeakMap<Graph['nodes'], WasmProgram>();
  const byText = new Map<string, WasmProgram>();
  const memory = createProgramMemory();
  const programFor = (graph: Graph): WasmProgram => {
    const known = byNodes.get(graph.nodes);
    if (known) return known;
    // A model's graph is kept by whoever predicts with it; graphs of eager operations are new each time and told by their text.
    const text = graph.parameters.length > 0 ? undefined : printGraph(graph);
    const program = (text === undefined ? undefined : byText.get(text)) ?? compileWasm(graph, text === undefined ? undefined : memory);
    if (text === undefined) byNodes.set(graph.nodes, program);
    else remember(byText, text, program);
    return program;
  };
  return (graph, inputs) => {
    if (graph.nodes.length === 0) return passThrough(graph, inputs);
    const outputs = programFor(graph).run(inputs.map((input) => input.data));
    return graph.outputs.map((value, index): NDArray => ndarray(value.type.dtype, value.type.shape, outputs[index] as NDArray['data']));
  };
}

function compileWasm(graph: Graph, memory: WebAssembly.Memory | undefined): WasmProgram {
  const target = hostWasmTarget();
  const module = compileGraph(graph, target);
  return instantiateWasm(emitWasm(module, target), module, memory ? { memory } : {});
}

function remember(programs: Map<string, WasmProgram>, text: string, program: WasmProgram): void {
  programs.delete(text);
  programs.set(text, program);
  const [oldest] = programs.keys();
  if (programs.size > MOST_PROGRAMS && oldest !== undefined) programs.delete(oldest);
}

/** A graph that computes nothing returns inputs and parameters. */
function passThrough(graph: Graph, inputs: readonly NDArray[]): readonly NDArray[] {
  return graph.outputs.map(
    (output) => inputs[graph.inputs.indexOf(output)] ?? (graph.parameters.find(({ value }) => value === output)?.data as NDArray),
  );
}
