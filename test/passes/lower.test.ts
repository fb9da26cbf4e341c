import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executeReference } from '../../compiler/ir/execute.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { canonicalize } from '../../compiler/passes/canonicalize/canonicalize.ts';
import { lower } from '../../compiler/passes/lower/lower.ts';
import { scaledDifference, TOLERANCE } from '../differential/closeness.ts';
import { randomGraph } from '../ir/random-graph.ts';
import { evaluateProgram, isComputeOnly } from './evaluate-program.ts';

describe('canonicalize', () => {
  it('keeps the value of random graphs', () => {
    fc.assert(
      fc.property(randomGraph(12), ({ graph, inputs }) => {
        const expected = executeReference(graph, inputs);
        const actual = executeReference(canonicalize(graph, { freezeParameters: true }), inputs);
        expected.forEach((value, index) => {
          expect(scaledDifference(actual[index] as NDArray, value)).toBeLessThan(TOLERANCE);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('lower', () => {
  it('makes programs that compute what random graphs compute', () => {
    let compared = 0;
    fc.assert(
      fc.property(randomGraph(12), ({ graph, inputs }) => {
        const program = lower(graph);
        if (!isComputeOnly(program)) return;
        compared++;
        const expected = executeReference(graph, inputs);
        const actual = evaluateProgram(program, inputs);
        expected.forEach((value, index) => {
          expect(scaledDifference({ data: actual[index] ?? [] }, value)).toBeLessThan(TOLERANCE);
        });
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
