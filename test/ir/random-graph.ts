// Random small float32 graphs for property tests: a program of steps that can be built for any batch size.
//
// Values stay within a few units: steps guard their operands against overflow and poles. Steps that jump (comparison,
// rounding, order of elements) work on exact tensors only, those that come from inputs by moving data, so that two
// evaluations that round differently still agree on them.
import fc from 'fast-check';
import type { Graph } from '../../compiler/ir/graph.ts';
import type { NDArray } from '../../compiler/ir/ndarray.ts';
import { elementCount } from '../../compiler/ir/shape.ts';
import type { Tensor } from '../../compiler/trace/tensor.ts';
import { trace } from '../../compiler/trace/trace.ts';
import { STEPS, type StepName } from './random-steps.ts';
import { randomFloats } from './random-values.ts';

/** One operation; the numbers choose its operands and parameters, modulo what there is. */
export interface Step {
  readonly name: StepName;
  readonly choices: readonly [number, number, number, number];
}

export interface RandomProgram {
  /** Shape of one sample of each input; axis 0 of the graph's inputs is the batch. */
  readonly inputs: readonly (readonly number[])[];
  readonly steps: readonly Step[];
  readonly seed: number;
}

/** Tensors that later steps can use. */
export interface Pool {
  readonly all: Tensor[];
  /** Those whose bits do not depend on rounding. */
  readonly exact: Set<Tensor>;
}

/** Programs of up to `maxSteps` steps, from the given kinds of step. */
export function randomProgram(maxSteps = 10, names: readonly StepName[] = Object.keys(STEPS) as StepName[]): fc.Arbitrary<RandomProgram> {
  const choice = fc.nat(1000);
  const sample = fc.oneof(
    fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 2 }),
    // Images are drawn often: convolution and pooling need them.
    fc.tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 8 })),
  );
  return fc.record({
    inputs: fc.array(sample, { minLength: 1, maxLength: 2 }),
    steps: fc.array(fc.record({ name: fc.constantFrom(...names), choices: fc.tuple(choice, choice, choice, choice) }), {
      minLength: 1,
      maxLength: maxSteps,
    }),
    seed: fc.nat(1_000_000),
  });
}

/** Larger results are not kept, so that graphs stay quick to evaluate. */
const MAX_ELEMENTS = 20_000;

/** The graph of a program for a batch size. Its outputs are the last three tensors. */
export function buildGraph(program: RandomProgram, batch: number): Graph {
  const specs = program.inputs.map((shape, index) => ({ name: `x${index}`, dtype: 'float32' as const, shape: [batch, ...shape] }));
  const body = (...inputs: Tensor[]): Tensor[] => {
    const pool: Pool = { all: [...inputs], exact: new Set(inputs) };
    program.steps.forEach(({ name, choices }, index) => {
      const result = STEPS[name](pool, choices, program.seed + index);
      if (result && elementCount(result.shape) <= MAX_ELEMENTS) pool.all.push(result);
    });
    return pool.all.slice(-3);
  };
  return trace('random', specs, body, (outputs) => outputs).graph;
}

/** Values for the graph's inputs: multiples of 1/64 between -2 and 2. */
export function randomInputs(graph: Graph, seed: number): NDArray[] {
  return graph.inputs.map(({ type }, index) => ({
    dtype: 'float32',
    shape: type.shape,
    data: randomFloats(elementCount(type.shape), seed + 7919 * (index + 1)),
  }));
}

/** A graph for a batch of 1 to 3 with values for its inputs. */
export function randomGraph(
  maxSteps = 10,
  names?: readonly StepName[],
): fc.Arbitrary<{ readonly graph: Graph; readonly inputs: readonly NDArray[] }> {
  return fc.tuple(randomProgram(maxSteps, names), fc.integer({ min: 1, max: 3 })).map(([program, batch]) => {
    const graph = buildGraph(program, batch);
    return { graph, inputs: randomInputs(graph, program.seed) };
  });
}
