// A graph made runnable here and now on one of the targets: what `run`, `bench`, `compare` and verification use.
import { emitWasm } from '../../codegen/emit/wasm/index.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { hostTargets } from '../../targets/native/index.ts';
import { instantiateWasm } from '../../targets/node/instantiate.ts';
import { hostWasmTarget } from '../../targets/node/relaxed-simd.ts';
import { compileGraph } from '../compile/compile-graph.ts';
import { compileNative } from '../compile/native-runner.ts';
import { quote, ValueError } from '../errors/index.ts';
import type { DataArray } from '../ir/dtype.ts';
import { executeReference } from '../ir/execute.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';

/** The reference evaluation, WebAssembly in this process, or C++ compiled for this machine. */
export type RunTarget = 'reference' | 'wasm' | 'native';

export interface Program extends Disposable {
  readonly target: RunTarget;
  /** The machine that it was compiled for: `avx2`, `relaxed`. */
  readonly variant: string;
  /** Bytes of weights, scratch memory, inputs and outputs. */
  readonly memoryBytes: number;
  /** One array per input, in the graph's order; gives new arrays. */
  run(inputs: readonly NDArray[]): NDArray[];
}

export interface OpenOptions {
  /** Threads of native code. Default 1. */
  readonly threads?: number | undefined;
}

export async function openProgram(graph: Graph, target: RunTarget, options: OpenOptions = {}): Promise<Program> {
  const { threads = 1 } = options;
  if (threads !== 1 && target !== 'native')
    throw new ValueError(`The target ${target} runs in one thread. Received: threads ${quote(threads)}`, {
      code: 'threads',
      cure: 'Leave --threads out, or use --target native.',
    });
  switch (target) {
    case 'reference':
      return openReference(graph);
    case 'wasm':
      return openWasm(graph);
    case 'native':
      return openNative(graph, threads);
    default:
      return target satisfies never;
  }
}

/** The machine description that programs of this target are compiled for here. */
export const hostTarget = (target: Exclude<RunTarget, 'reference'>): CpuTarget =>
  target === 'wasm' ? hostWasmTarget() : (hostTargets()[0] as CpuTarget);

function openReference(graph: Graph): Program {
  return {
    target: 'reference',
    variant: 'reference',
    memoryBytes: 0,
    run: (inputs) => [...executeReference(graph, inputs)],
    [Symbol.dispose]: () => {},
  };
}

function openWasm(graph: Graph): Program {
  const target = hostTarget('wasm');
  const module = compileGraph(graph, target);
  const program = instantiateWasm(emitWasm(module, target), module);
  return {
    target: 'wasm',
    variant: target.name,
    memoryBytes: program.memory.buffer.byteLength,
    run: (inputs) => wrapOutputs(graph, program.run(inputs.map((input) => input.data))),
    [Symbol.dispose]: () => program.dispose(),
  };
}

async function openNative(graph: Graph, threads: number): Promise<Program> {
  const { run, dispose, variant, memoryBytes } = await compileNative(graph, { threads });
  return { target: 'native', variant, memoryBytes, run: (inputs) => [...run(inputs)], [Symbol.dispose]: dispose };
}

const wrapOutputs = (graph: Graph, data: readonly DataArray[]): NDArray[] =>
  graph.outputs.map(({ type }, index) => ndarray(type.dtype, type.shape, data[index] as DataArray));
