import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNative } from '../../compiler/compile/native-runner.ts';
import { executeReference } from '../../compiler/ir/execute.ts';
import { probeCompiler } from '../../targets/native/index.ts';
import { randomGraph } from '../ir/random-graph.ts';
import { scaledDifference, TOLERANCE } from './closeness.ts';

const { compiler, reason } = await probeCompiler();

describe('native code', () => {
  it.skipIf(!compiler)(
    `computes what the reference computes, on random graphs${compiler ? '' : ` (skipped: ${reason})`}`,
    async () => {
      await fc.assert(
        fc.asyncProperty(randomGraph(24), async ({ graph, inputs }) => {
          const expected = executeReference(graph, inputs);
          const program = await compileNative(graph);
          const actual = program.run(inputs);
          program.dispose();
          const worst = expected.map((value, index) => scaledDifference(actual[index] as typeof value, value));
          expect(Math.max(0, ...worst)).toBeLessThan(TOLERANCE);
        }),
        // Each run starts the compiler.
        { numRuns: Number(process.env['KERASC_DIFFERENTIAL_RUNS'] ?? 12), endOnFailure: true },
      );
    },
    240_000,
  );
});
