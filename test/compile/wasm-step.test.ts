import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWasmStep } from '../../compiler/compile/wasm-step.ts';
import { checkStep } from './check-step.ts';
import { randomStep } from './random-step.ts';
import { inputsFor, STEP_CASES } from './step-cases.ts';

// Random programs are not worth keeping.
process.env['KERASC_CACHE_BYTES'] = '1';

describe('a step as WebAssembly', () => {
  for (const { title, graphs } of STEP_CASES) {
    it(title, () => {
      const made = graphs();
      const step = compileWasmStep(made, {});
      checkStep(made, step);
      step.dispose();
    });
  }

  it('updates the states of random programs as the reference does', () => {
    fc.assert(
      fc.property(randomStep(12), (graphs) => {
        const step = compileWasmStep(graphs, {});
        checkStep(graphs, step, 1);
        step.dispose();
      }),
      { numRuns: Number(process.env['KERASC_DIFFERENTIAL_RUNS'] ?? 100) },
    );
  });

  it('goes on bit-equal from states that were read and written back', () => {
    const [, adam] = STEP_CASES;
    const graphs = (adam as (typeof STEP_CASES)[number]).graphs();
    const [whole, killed, resumed] = [compileWasmStep(graphs, {}), compileWasmStep(graphs, {}), compileWasmStep(graphs, {})];
    const inputs = inputsFor(graphs['train'] as never, 1);
    for (let run = 0; run < 6; run++) whole.run('train', inputs);
    for (let run = 0; run < 3; run++) killed.run('train', inputs);
    for (const path of killed.paths) resumed.writeState(path, killed.readState(path));
    for (let run = 0; run < 3; run++) resumed.run('train', inputs);
    for (const path of whole.paths) expect(resumed.readState(path)).toEqual(whole.readState(path));
  });
});
