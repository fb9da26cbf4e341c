// Compiled steps as native code in this process.
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { compileLibrary, hostTargets, loadLibrary } from '../../targets/native/index.ts';
import { allocate } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { elementCount } from '../ir/shape.ts';
import type { CompiledStep, StepGraphs, StepOptions } from '../trace/step.ts';
import { compileStepGraphs } from './compile-graph.ts';
import { stepOnMachine } from './machine-step.ts';

/** Throws NativeError where no compiler is found. */
export async function compileNativeStep(graphs: StepGraphs, options: StepOptions): Promise<CompiledStep> {
  const [target] = hostTargets() as [CpuTarget];
  const module = compileStepGraphs(graphs, options, target);
  const library = await loadLibrary(await compileLibrary(emitCpp([{ target, module }], { name: 'step' })));
  const model = library.create({ weights: module.weights, threads: options.threads ?? 1 });
  const positions = new Map(Object.keys(graphs).map((name, position) => [name, position]));
  return stepOnMachine(graphs, module.states ?? [], {
    target: 'native',
    run: (entry, inputs) => {
      const outputs = (graphs[entry] as Graph).outputs.map(({ type }) => allocate(type.dtype, elementCount(type.shape)));
      model.runEntry(positions.get(entry) as number, inputs, outputs);
      return outputs;
    },
    states: model.states,
    dispose: () => model.dispose(),
  });
}
