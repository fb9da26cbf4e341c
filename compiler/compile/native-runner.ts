// Runs graphs as native code in this process: compiles them with the machine's C++ compiler and opens the library.
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import { compileLibrary, hostTargets, loadLibrary, type NativeModel } from '../../targets/native/index.ts';
import { allocate } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { elementCount } from '../ir/shape.ts';
import { compileGraph } from './compile-graph.ts';

/** A graph compiled for this machine. Each run gives new arrays. */
export interface NativeProgram {
  /** The machine that it was compiled for: `avx2`. */
  readonly variant: string;
  /** Bytes of weights, scratch memory, inputs and outputs. */
  readonly memoryBytes: number;
  readonly run: (inputs: readonly NDArray[]) => readonly NDArray[];
  readonly dispose: () => void;
}

export interface NativeProgramOptions {
  readonly threads?: number;
}

/** Compiles a graph with the best instruction set of this machine. Throws NativeError where no compiler is found. */
export async function compileNative(graph: Graph, options: NativeProgramOptions = {}): Promise<NativeProgram> {
  const [target] = hostTargets();
  if (!target) throw new Error('kerasc bug: no target describes this machine');
  const module = compileGraph(graph, target);
  const path = await compileLibrary(emitCpp([{ target, module }], { name: graph.name }));
  const library = await loadLibrary(path);
  const model: NativeModel = library.create({ weights: module.weights, threads: options.threads ?? 1 });
  const types = graph.outputs.map((output) => output.type);
  return {
    variant: model.variant,
    memoryBytes: [...module.inputs, ...module.outputs].reduce(
      (sum, { bytes }) => sum + bytes,
      module.weights.byteLength + module.arenaBytes,
    ),
    run: (inputs) => {
      const outputs = types.map(({ dtype, shape }) => allocate(dtype, elementCount(shape)));
      model.run(
        inputs.map((input) => input.data),
        outputs,
      );
      return types.map(({ dtype, shape }, index) => ndarray(dtype, shape, outputs[index]));
    },
    dispose: () => model.dispose(),
  };
}
