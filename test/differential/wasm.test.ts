import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWasmExecutor } from '../../compiler/compile/wasm-executor.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { randomGraph } from '../ir/random-graph.ts';
import { scaledDifference, TOLERANCE } from './closeness.ts';

describe('WebAssembly', () => {
  it('computes what the reference computes, on random graphs', () => {
    const execute = createWasmExecutor();
    fc.assert(
      fc.property(randomGraph(14), ({ graph, inputs }) => {
        const expected = executeReference(graph, inputs);
        const actual = execute(graph, inputs);
        const worst = expected.map((value, index) => scaledDifference(actual[index] as typeof value, value));
        expect(Math.max(0, ...worst)).toBeLessThan(TOLERANCE);
      }),
      { numRuns: Number(process.env['KERASC_DIFFERENTIAL_RUNS'] ?? 200) },
    );
  });
});
