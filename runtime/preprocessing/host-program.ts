// The host part of a model: steps on strings that make the inputs of the compiled part.
import type { HostArray } from './host-array.ts';
import { type HostStep, runStep } from './steps.ts';

/** One step with the names of what it reads and makes; names of inputs come first. */
export interface NamedStep {
  readonly step: HostStep;
  readonly inputs: readonly string[];
  readonly output: string;
}

export interface HostInput {
  readonly name: string;
  readonly dtype: string;
  /** A null is a dimension of any size, the batch first of all. */
  readonly shape: readonly (number | null)[];
}

export interface HostProgram {
  /** What the whole model takes. */
  readonly inputs: readonly HostInput[];
  readonly steps: readonly NamedStep[];
  /** The inputs of the compiled part, by name: results of steps, or inputs that pass through. */
  readonly results: readonly string[];
}

/** The inputs of the compiled part, given those of the model. */
export function runHostProgram(program: HostProgram, inputs: Readonly<Record<string, HostArray>>): Record<string, HostArray> {
  const values = new Map(Object.entries(inputs));
  for (const { step, inputs: read, output } of program.steps) {
    values.set(
      output,
      runStep(
        step,
        read.map((name) => values.get(name) as HostArray),
      ),
    );
  }
  return Object.fromEntries(program.results.map((name) => [name, values.get(name) as HostArray]));
}
