// What a bundle with states has besides code and weights: the description of its entries and variables, and their first values.
import type { WasmLayout } from '../../codegen/emit/wasm/index.ts';
import { entriesOf, type KernelModule } from '../../codegen/module.ts';
import { type ProgramLayout, STATES_FILE, type StateInfo, TRAINING_FILE, type TrainingInfo } from '../../runtime/training.ts';
import type { BundleProgram } from '../../targets/bundle/index.ts';
import { assert } from '../errors/index.ts';
import { writeSafetensors } from '../formats/index.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { PreparedSteps } from './prepare-steps.ts';

/** Where a program keeps what. */
export type StepLayout = Pick<WasmLayout, 'weights' | 'states' | 'entries' | 'bytes'>;

export interface StepVariant {
  readonly name: string;
  readonly module: KernelModule;
  readonly layout: StepLayout;
}

/** The files for `BundleContents.otherFiles`. */
export function stepFiles(steps: PreparedSteps, variants: readonly StepVariant[]): Map<string, Uint8Array> {
  const [first] = variants as readonly [StepVariant];
  const info: TrainingInfo = {
    format: 'kerasc-training',
    version: 1,
    batch: steps.batch,
    entries: steps.entries,
    states: (first.module.states ?? []).map(({ name, offset }): StateInfo => {
      const { dtype, shape } = steps.initial.get(name) as NDArray;
      return { name, kind: steps.kinds.get(name) ?? 'state', dtype, shape, offset };
    }),
    learningRate: steps.learningRate,
    layouts: Object.fromEntries(variants.map(({ name, module, layout }) => [name, programLayout(module, layout)])),
  };
  const isSame = variants.every(({ module }) => JSON.stringify(module.states) === JSON.stringify(first.module.states));
  assert(isSame, 'the variants of a bundle keep their states at different places');
  return new Map([
    [TRAINING_FILE, new TextEncoder().encode(JSON.stringify(info))],
    [STATES_FILE, writeSafetensors(new Map(info.states.map(({ name }) => [name, steps.initial.get(name) as NDArray])))],
  ]);
}

/** A program's memory as the manifest states it: inputs and outputs are those of `predict`. */
export function stepMemory(module: KernelModule, { bytes, weights, entries }: StepLayout): BundleProgram['memory'] {
  const { inputs, outputs } = entries[entriesOf(module).findIndex(({ name }) => name === 'predict')] as StepLayout['entries'][number];
  return { bytes, weights, inputs, outputs };
}

const programLayout = (module: KernelModule, { states, entries }: StepLayout): ProgramLayout => ({
  states,
  entries: Object.fromEntries(entriesOf(module).map(({ name }, index) => [name, entries[index] as StepLayout['entries'][number]])),
});
