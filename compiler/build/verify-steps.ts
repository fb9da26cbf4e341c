// Verification of bundles with states: a few steps of training, evaluation and prediction beside the reference, variables included.
import type { TrainableModel } from '../../runtime/trainable-model.ts';
import type { EntryInfo, EntryInput } from '../../runtime/training.ts';
import { quote, ValueError } from '../errors/index.ts';
import { graphCost } from '../ir/cost.ts';
import { type DType, isFloat } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { readElements } from '../ir/reference/elements.ts';
import { interpretStep } from '../trace/interpret-step.ts';
import type { CompiledStep } from '../trace/step.ts';
import { largestDifference, toleranceFor } from './difference.ts';
import type { PreparedSteps } from './prepare-steps.ts';
import { probeInputs } from './probe-inputs.ts';
import type { OutputDifference, VerifyOptions } from './verify-program.ts';

/** What the reference gives for one run of an entry, and what the variables are before and after. */
interface StepProbe {
  readonly entry: string;
  readonly inputs: readonly NDArray[];
  readonly outputs: readonly NDArray[];
  readonly before: ReadonlyMap<string, NDArray>;
  readonly after: ReadonlyMap<string, NDArray>;
}

export interface StepProbes {
  readonly probes: readonly StepProbe[];
  /** What was left out since the reference would take too long. */
  readonly omitted: readonly string[];
}

/** The reference takes about a second for 2e8 operations: a step of more than this would take half a minute. */
const MOST_FLOPS = 4e9;
/** Above this one round through the entries has to do. */
const FLOPS_FOR_SEVERAL = 2e8;
const ROUNDS = 2;

/** Runs the reference: training steps first, so that the other entries are seen with weights that have changed. */
export function makeStepProbes({ graphs, entries, constants }: PreparedSteps): StepProbes {
  const reference = interpretStep(graphs, { constants });
  const costs = new Map(Object.entries(graphs).map(([entry, graph]) => [entry, graphCost(graph).flops]));
  const isAffordable = (entry: string): boolean => (costs.get(entry) as number) <= MOST_FLOPS;
  const rounds = Math.max(...costs.values()) > FLOPS_FOR_SEVERAL ? 1 : ROUNDS;
  const probes: StepProbe[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [entry, graph] of Object.entries(graphs)) {
      if (!isAffordable(entry)) continue;
      const inputs = stepInputs(graph, entries[entry] as EntryInfo, 100 * round + 1);
      const before = statesOf(reference);
      const outputs = reference.run(entry, inputs);
      probes.push({ entry, inputs, outputs, before, after: statesOf(reference) });
    }
  }
  reference.dispose();
  return { probes, omitted: Object.keys(graphs).filter((entry) => !isAffordable(entry)) };
}

const statesOf = (step: CompiledStep): Map<string, NDArray> => new Map(step.paths.map((path) => [path, step.readState(path)]));

/** Inputs as `probeInputs` makes them; targets are numbers of classes or shares of one. */
function stepInputs(graph: Graph, { inputs, outputs }: EntryInfo, seed: number): NDArray[] {
  const classes = graph.nodes.reduce((most, node) => Math.max(most, node.op === 'iota' ? (node.params.shape.at(-1) ?? 0) : 0), 0);
  return probeInputs(graph, seed).map((array, index) => {
    const { role, name } = inputs[index] as EntryInput;
    const limit = outputs.find((output) => output.name === name)?.shape.at(-1) ?? classes;
    return role === 'x' ? array : targetsFrom(array, role, limit || 2);
  });
}

function targetsFrom(array: NDArray, role: EntryInput['role'], classes: number): NDArray {
  if (!isFloat(array.dtype)) {
    const wide = array.data instanceof BigInt64Array || array.data instanceof BigUint64Array;
    const values = Array.from(array.data as ArrayLike<number | bigint>, (value) => Math.abs(Number(value)) % classes);
    const target = ndarray(array.dtype, array.shape);
    (target.data as { set(values: unknown): void }).set(wide ? values.map(BigInt) : values);
    return target;
  }
  if (array.dtype !== 'float32') return array;
  return ndarray(
    'float32',
    array.shape,
    Float32Array.from(array.data as Float32Array, (value) => (role === 'y' ? Math.abs(value) : 1 + value / 2)),
  );
}

/** A bundle's model, as verification needs it: variables set and read as a whole, entries run on arrays in their order. */
export interface StepRunner {
  set(states: ReadonlyMap<string, NDArray>): void;
  run(entry: string, inputs: readonly NDArray[]): readonly NDArray[];
  read(path: string): NDArray;
}

/** The largest difference of each entry's outputs and of the variables; throws where one is beyond its tolerance. */
export function verifySteps(
  { probes }: StepProbes,
  { graphs, kinds, initial }: PreparedSteps,
  runner: StepRunner,
  options: VerifyOptions,
): OutputDifference[] {
  const coarsest = coarsestFloat(graphs);
  const toleranceOf = ({ dtype }: NDArray): number => (isFloat(dtype) ? toleranceFor(coarsest, options.tolerance) : options.tolerance);
  const hasSlots = [...initial].some(([path, { shape, dtype }]) => kinds.get(path) === 'optimizer' && shape.length > 0 && isFloat(dtype));
  const largest = new Map<string, number>();
  const note = (name: string, found: number, tolerance: number): void => {
    largest.set(name, Math.max(largest.get(name) ?? 0, found));
    if (found > tolerance) throw beyondTolerance(name, found, tolerance, options);
  };
  for (const { entry, inputs, outputs, before, after } of probes) {
    runner.set(before);
    runner.run(entry, inputs).forEach((actual, index) => {
      const expected = outputs[index] as NDArray;
      note(entry, largestDifference(actual, expected).scaled, toleranceOf(expected));
    });
    const differing: string[] = [];
    for (const [path, expected] of after) {
      const actual = runner.read(path);
      const tolerance = toleranceOf(expected);
      const found = largestDifference(actual, expected).scaled;
      const kind = kinds.get(path);
      if (kind === 'weight' && found > tolerance && hasSlots) differing.push(path);
      else if (kind === 'optimizer' && !isSmallAgainstStep(actual, expected, before.get(path) as NDArray, tolerance))
        throw beyondTolerance(`${path} after ${entry}`, found, tolerance, options);
      else note(`variables after ${entry}`, found, tolerance);
    }
    if (differing.length > 0 && !isSmallPart(differing, after, before, runner, kinds)) {
      const worst = Math.max(...differing.map((path) => largestDifference(runner.read(path), after.get(path) as NDArray).scaled));
      throw beyondTolerance(`variables after ${entry}`, worst, options.tolerance, options);
    }
  }
  return [...largest].map(([name, difference]) => ({ name, largestDifference: difference, tolerance: options.tolerance }));
}

/** Steps of mixed precision give float32 numbers that are as exact as the type they compute in. */
function coarsestFloat(graphs: PreparedSteps['graphs']): DType {
  const found = new Set(
    Object.values(graphs).flatMap(({ nodes }) => nodes.flatMap(({ outputs }) => outputs.map(({ type }) => type.dtype))),
  );
  return found.has('bfloat16') ? 'bfloat16' : found.has('float16') ? 'float16' : 'float32';
}

/** What an optimizer keeps may differ by so much of what a step changes in it. */
const SHARE_OF_SLOT = 0.01;

/** Gradients are small: what is kept of them is compared with how much it changes. */
function isSmallAgainstStep(actual: NDArray, expected: NDArray, before: NDArray, tolerance: number): boolean {
  if (!isFloat(expected.dtype)) return largestDifference(actual, expected).scaled <= tolerance;
  const [found, wanted, old] = [numbersOf(actual), numbersOf(expected), numbersOf(before)];
  const most = (other: readonly number[]): number =>
    wanted.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (other[index] as number))), 0);
  return most(found) <= Math.max(tolerance / 100, SHARE_OF_SLOT * most(old));
}

/** Of what a step changes in all weights, by mean squares, so much may differ. */
const SHARE_OF_STEP = 0.1;

/**
 * Optimizers divide gradients by their size, or take their sign. Where a gradient is a sum that cancels, as that of a bias before a
 * batch normalization does, its last digits decide on a whole step of the learning rate. What the optimizer keeps of the gradients
 * was compared before.
 */
function isSmallPart(
  differing: readonly string[],
  after: StepProbe['after'],
  before: StepProbe['before'],
  runner: StepRunner,
  kinds: PreparedSteps['kinds'],
): boolean {
  const squares = (path: string, other: NDArray): number => {
    const values = numbersOf(other);
    return numbersOf(after.get(path) as NDArray).reduce((sum, value, index) => sum + (value - (values[index] as number)) ** 2, 0);
  };
  const weights = [...after.keys()].filter((path) => kinds.get(path) === 'weight');
  const change = weights.reduce((sum, path) => sum + squares(path, before.get(path) as NDArray), 0);
  return differing.reduce((sum, path) => sum + squares(path, runner.read(path)), 0) <= SHARE_OF_STEP * change;
}

const numbersOf = (array: NDArray): number[] => Array.from(readElements(array) as ArrayLike<number | bigint>, Number);

function beyondTolerance(name: string, found: number, tolerance: number, { what, model }: VerifyOptions): ValueError {
  return new ValueError(
    `Nothing was written: ${name} of ${what} differ from the reference by ${found.toExponential(2)}, more than ${tolerance.toExponential(0)}.`,
    {
      code: 'verification-failed',
      where: `model ${quote(model)}`,
      cure: `If so much is as it should be (float16, losses of huge numbers), allow it: --tolerance ${Number.isFinite(found) ? `1e${Math.ceil(Math.log10(found))}` : '...'}.`,
    },
  );
}

/** Runs a loaded bundle entry by entry. */
export function bundleRunner(model: TrainableModel): StepRunner {
  const program = model.program;
  const info = (path: string): { readonly dtype: NDArray['dtype']; readonly shape: readonly number[] } =>
    program.states.get(path) as unknown as NDArray;
  return {
    set: (states) => {
      for (const [path, { data }] of states) program.write(path, data);
    },
    run: (entry, inputs) => {
      const ports = program.ports(entry);
      ports.inputs.forEach(({ view }, index) => (view as { set(from: unknown): void }).set((inputs[index] as NDArray).data));
      program.run(entry);
      return ports.outputs.map(({ info: { dtype, shape }, view }) => ndarray(dtype, shape as readonly number[], view.slice()));
    },
    read: (path) => ndarray(info(path).dtype, info(path).shape, program.read(path)),
  };
}
