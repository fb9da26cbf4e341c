// Compiled steps as WebAssembly in this process.
import { emitWasm, layoutMemory } from '../../codegen/emit/wasm/index.ts';
import { entriesOf } from '../../codegen/module.ts';
import { instantiateProgram, type ProgramDescription } from '../../targets/node/instantiate.ts';
import { hostWasmTarget } from '../../targets/node/relaxed-simd.ts';
import type { CompiledStep, StepGraphs, StepOptions } from '../trace/step.ts';
import { compileStepGraphs } from './compile-graph.ts';
import { stepOnMachine } from './machine-step.ts';

export function compileWasmStep(graphs: StepGraphs, options: StepOptions): CompiledStep {
  const target = hostWasmTarget();
  const module = compileStepGraphs(graphs, options, target);
  const code = emitWasm(module, target);
  const { name, weights } = module;
  const description: ProgramDescription = { name, weights, entries: entriesOf(module), layout: layoutMemory(module) };
  const program = instantiateProgram(code, description);
  return stepOnMachine(graphs, module.states ?? [], {
    target: 'wasm',
    run: (entry, inputs) => program.runEntry(entry, inputs),
    get states() {
      return program.states;
    },
    dispose: () => program.dispose(),
  });
}
