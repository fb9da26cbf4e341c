// Runs a compiled step beside the interpreter and compares all that both give and keep.
import { expect } from 'vitest';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { interpretStep } from '../../compiler/trace/interpret-step.ts';
import type { CompiledStep, StepGraphs } from '../../compiler/trace/step.ts';
import { scaledDifference, TOLERANCE } from '../differential/closeness.ts';
import { inputsFor } from './step-cases.ts';

/** Rounds through all entries; what the states are is set to what the reference made of them before each. */
export function checkStep(graphs: StepGraphs, step: CompiledStep, rounds = 3): void {
  const reference = interpretStep(graphs, {});
  expect(step.paths.toSorted()).toEqual(reference.paths.toSorted());
  for (let round = 0; round < rounds; round++) {
    for (const [name, graph] of Object.entries(graphs)) {
      const inputs = inputsFor(graph, round);
      const expected = reference.run(name, inputs);
      const actual = step.run(name, inputs);
      expected.forEach((value, index) => expectClose(actual[index] as NDArray, value, `output ${index} of ${name}, round ${round}`));
      for (const path of reference.paths) {
        expectClose(step.readState(path), reference.readState(path), `${path} after ${name}, round ${round}`);
        step.writeState(path, reference.readState(path));
      }
    }
  }
}

function expectClose(actual: NDArray, expected: NDArray, what: string): void {
  expect({ dtype: actual.dtype, shape: actual.shape }, what).toEqual({ dtype: expected.dtype, shape: expected.shape });
  expect(scaledDifference(actual, expected), what).toBeLessThan(TOLERANCE);
}
