// Random stages, compiled and interpreted, against the direct evaluator. A failure prints its seed.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectClose, randomProgram } from './random-program.ts';
import { runAsWasm, runCompiled, runDirectly, TARGETS } from './run-program.ts';

describe('random stages', () => {
  // Products of sums cancel: errors of 1e-7 of the largest term, with terms up to some hundreds.
  for (const [type, tolerance] of [
    ['f32', 1e-3],
    ['i32', 0],
    ['u8', 0],
    ['i8', 0],
    ['u16', 0],
    ['i64', 0],
  ] as const) {
    it(`agree with the direct evaluation in ${type}`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 60, maxLength: 60 }), (numbers) => {
          const { program, inputs } = randomProgram(numbers, type);
          const expected = runDirectly(program, inputs);
          for (const target of TARGETS) expectClose(runCompiled(program, target, inputs), expected, tolerance, target.name);
          expectClose(runAsWasm(program, inputs), expected, tolerance, 'wasm');
        }),
        { numRuns: 60 },
      );
    });
  }
});
