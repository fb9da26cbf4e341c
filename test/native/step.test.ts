import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emitCpp } from '../../codegen/emit/cpp/index.ts';
import { compileStepGraphs } from '../../compiler/compile/compile-graph.ts';
import { compileNativeStep } from '../../compiler/compile/native-step.ts';
import type { CpuTarget } from '../../targets/cpu-target.ts';
import { compileLibrary, hostTargets, loadLibrary, probeCompiler } from '../../targets/native/index.ts';
import { checkStep } from '../compile/check-step.ts';
import { randomStep } from '../compile/random-step.ts';
import { inputsFor, STEP_CASES } from '../compile/step-cases.ts';
import { randomFloats } from '../ir/random-values.ts';
import { testCache } from './test-cache.ts';

process.env['KERASC_CACHE'] ??= testCache();
const { compiler } = await probeCompiler();

describe.skipIf(!compiler)('a step as native code', () => {
  for (const { title, graphs } of STEP_CASES) {
    it(title, async () => {
      const made = graphs();
      const step = await compileNativeStep(made, {});
      checkStep(made, step);
      step.dispose();
    });
  }

  it('updates the states of random programs as the reference does', async () => {
    await fc.assert(
      fc.asyncProperty(randomStep(20), async (graphs) => {
        const step = await compileNativeStep(graphs, {});
        checkStep(graphs, step, 1);
        step.dispose();
      }),
      { numRuns: Number(process.env['KERASC_DIFFERENTIAL_RUNS'] ?? 8), endOnFailure: true },
    );
  });

  it('is the same program in one file and in several', async () => {
    const graphs = (STEP_CASES[1] as (typeof STEP_CASES)[number]).graphs();
    const [target] = hostTargets() as [CpuTarget];
    const module = compileStepGraphs(graphs, {}, target);
    const inputs = Object.values(graphs).flatMap((graph) => inputsFor(graph, 3))[0]?.data as Float32Array;
    const results = await Promise.all(
      [undefined, 3000].map(async (partLength) => {
        const sources = emitCpp([{ target, module }], { name: 'parts', ...(partLength && { partLength }) });
        expect(sources.sources.length > 4).toBe(partLength !== undefined);
        const library = await loadLibrary(await compileLibrary(sources, { extraFlags: ['-Wall', '-Wextra', '-Werror'] }));
        using model = library.create({ weights: module.weights });
        const states = new Float32Array(model.states.buffer);
        states.set(randomFloats(states.length, 8));
        const predicted = new Float32Array(12);
        model.runEntry(2, [inputs], [predicted]);
        return predicted;
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.some((value) => value !== 0)).toBe(true);
  });

  it('gives the same bits on two threads, and from states that were read and written back', async () => {
    const graphs = (STEP_CASES[1] as (typeof STEP_CASES)[number]).graphs();
    const [whole, shared] = [await compileNativeStep(graphs, {}), await compileNativeStep(graphs, { threads: 2 })];
    const inputs = inputsFor(graphs['train'] as never, 1);
    for (let run = 0; run < 6; run++) whole.run('train', inputs);
    for (let run = 0; run < 3; run++) shared.run('train', inputs);
    const resumed = await compileNativeStep(graphs, {});
    for (const path of shared.paths) resumed.writeState(path, shared.readState(path));
    for (let run = 0; run < 3; run++) resumed.run('train', inputs);
    for (const path of whole.paths) expect(resumed.readState(path)).toEqual(whole.readState(path));
  });
});
