// Compiled steps as WebAssembly in this process.
import { emitWasm, layoutMemory } from '../../codegen/emit/wasm/index.ts';
import { entriesOf, type StateSlot } from '../../codegen/module.ts';
import { readCached, storeCached } from '../../targets/native/index.ts';
import { instantiateProgram, type ProgramDescription } from '../../targets/node/instantiate.ts';
import { hostWasmTarget } from '../../targets/node/relaxed-simd.ts';
import type { CompiledStep, StepGraphs, StepOptions } from '../trace/step.ts';
import { compileStepGraphs } from './compile-graph.ts';
import { stepOnMachine } from './machine-step.ts';
import { stepKey } from './step-key.ts';

export function compileWasmStep(graphs: StepGraphs, options: StepOptions): CompiledStep {
  const target = hostWasmTarget();
  const key = stepKey(graphs, options, [target.name]);
  const { code, description, states } = readProgram(key) ?? compileProgram(graphs, options, key);
  const program = instantiateProgram(code, description);
  return stepOnMachine(graphs, states, {
    target: 'wasm',
    run: (entry, inputs) => program.runEntry(entry, inputs),
    get states() {
      return program.states;
    },
    dispose: () => program.dispose(),
  });
}

/** What is kept of a step from one process to the next. */
interface StoredProgram {
  readonly code: Uint8Array;
  readonly description: ProgramDescription;
  readonly states: readonly StateSlot[];
}

function compileProgram(graphs: StepGraphs, options: StepOptions, key: string): StoredProgram {
  const target = hostWasmTarget();
  const module = compileStepGraphs(graphs, options, target);
  const code = emitWasm(module, target);
  const { weights: region, states: stateRegion, entries: regions, bytes } = layoutMemory(module);
  const entries = entriesOf(module).map(({ name, inputs, outputs }) => ({ name, inputs, outputs }));
  const layout = { weights: region, states: stateRegion, entries: regions, bytes };
  const { name, weights, states = [] } = module;
  const text = JSON.stringify({ name, entries, layout, states });
  storeCached(
    'steps',
    key,
    new Map([
      ['step.json', new TextEncoder().encode(text)],
      ['code.wasm', code],
      ['weights.bin', weights],
    ]),
  );
  return { code, description: { name, weights, entries, layout }, states };
}

function readProgram(key: string): StoredProgram | undefined {
  const files = readCached('steps', key);
  const [text, code, weights] = ['step.json', 'code.wasm', 'weights.bin'].map((name) => files?.get(name));
  if (!text || !code || !weights) return undefined;
  const { states, ...rest } = JSON.parse(new TextDecoder().decode(text)) as Omit<ProgramDescription, 'weights'> &
    Pick<StoredProgram, 'states'>;
  return { code, description: { ...rest, weights }, states };
}
