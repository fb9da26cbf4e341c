import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executeReference } from '../../compiler/ir/execute.ts';
import { canonicalize } from '../../compiler/passes/canonicalize/canonicalize.ts';
import { lower } from '../../compiler/passes/lower/lower.ts';
import { randomGraph } from '../ir/random-graph.ts';
import { evaluateProgram, isComputeOnly } from './evaluate-program.ts';

/** Single precision, a few dozen operations: each rounds to 6e-8 of values that stay below 1e3 or so. */
const TOLERANCE = 1e-4;

function worstError(actual: readonly unknown[], expected: ArrayLike<unknown>): number {
  const finite = Array.from(expected, Number).filter(Number.isFinite);
  const scale = Math.max(1, ...finite.map(Math.abs));
  return Array.from(expected, Number).reduce((worst, value, index) => {
    const found = Number(actual[index]);
    if (Number.isNaN(value) !== Number.isNaN(found)) return Number.POSITIVE_INFINITY;
    return value === found || Number.isNaN(value) ? worst : Math.max(worst, Math.abs(value - found) / scale);
  }, 0);
}

describe('canonicalize', () => {
  it('keeps the value of random graphs', () => {
    fc.assert(
      fc.property(randomGraph(12), ({ graph, inputs }) => {
        const expected = executeReference(graph, inputs);
        const actual = executeReference(canonicalize(graph, { freezeParameters: true }), inputs);
        expected.forEach((value, index) => {
          expect(worstError(Array.from(actual[index]?.data ?? []), value.data)).toBeLessThan(TOLERANCE);
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
          expect(worstError(actual[index] ?? [], value.data)).toBeLessThan(TOLERANCE);
        });
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
