// Verification: what was built is run on probe inputs and compared with the reference evaluation.
import { quote, ValueError } from '../errors/index.ts';
import { graphCost } from '../ir/cost.ts';
import { executeReference } from '../ir/execute.ts';
import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { readElements } from '../ir/reference/elements.ts';
import { elementCount } from '../ir/shape.ts';
import { largestDifference, toleranceFor } from './difference.ts';
import { probeInputs } from './probe-inputs.ts';

/** Probe inputs and what the reference makes of them. */
export interface Probe {
  readonly inputs: readonly NDArray[];
  readonly expected: readonly NDArray[];
}

export interface OutputDifference {
  readonly name: string;
  readonly largestDifference: number;
  readonly tolerance: number;
}

/** Above this the reference takes longer than a moment, and one probe has to do. */
const FLOPS_FOR_SEVERAL = 5e7;
const SEEDS = [20240, 20241, 20242];

export function makeProbes(graph: Graph): Probe[] {
  const seeds = graphCost(graph).flops > FLOPS_FOR_SEVERAL ? SEEDS.slice(0, 1) : SEEDS;
  return seeds.map((seed) => {
    const inputs = probeInputs(graph, seed);
    return { inputs, expected: executeReference(graph, inputs) };
  });
}

export interface VerifyOptions {
  /** What is verified, for the message: `variant relaxed`. */
  readonly what: string;
  readonly model: string;
  readonly tolerance: number;
}

/** The largest difference of each output over all probes; throws where one is beyond its tolerance. */
export function verifyProgram(
  graph: Graph,
  probes: readonly Probe[],
  run: (inputs: readonly NDArray[]) => readonly NDArray[],
  options: VerifyOptions,
): OutputDifference[] {
  const largest = graph.outputs.map(() => 0);
  for (const { inputs, expected } of probes) {
    run(inputs).forEach((actual, index) => {
      const { scaled } = largestDifference(actual, expected[index] as NDArray);
      largest[index] = Math.max(largest[index] as number, scaled);
    });
  }
  const differences = graph.outputs.map(({ name = '', type }, index) => ({
    name,
    largestDifference: largest[index] as number,
    tolerance: toleranceFor(type.dtype, options.tolerance),
  }));
  const worst = differences.find((each) => each.largestDifference > each.tolerance);
  if (worst) throw beyondTolerance(worst, options);
  return differences;
}

function beyondTolerance({ name, largestDifference: found, tolerance }: OutputDifference, { what, model }: VerifyOptions): ValueError {
  const target = what.includes('WebAssembly') ? 'wasm' : 'native';
  return new ValueError(
    `Nothing was written: output ${quote(name)} of ${what} differs from the reference by ${found.toExponential(2)}, more than ${tolerance.toExponential(0)}.`,
    {
      code: 'verification-failed',
      where: `model ${quote(model)}`,
      cure: `Find the operation: kerasc compare MODEL --targets reference,${target}. If so much is as it should be (float16, sums of huge numbers), allow it: --tolerance ${nextPower(found)}.`,
    },
  );
}

/** A tolerance that would have been enough. */
const nextPower = (found: number): string => (Number.isFinite(found) ? `1e${Math.ceil(Math.log10(found))}` : '...');

/** For each output the largest difference of all programs of a bundle. */
export function worstOf(all: readonly (readonly OutputDifference[])[]): OutputDifference[] {
  const [first = []] = all;
  return first.map((output, index) => ({
    ...output,
    largestDifference: Math.max(...all.map((each) => each[index]?.largestDifference ?? 0)),
  }));
}

/** Outputs of which the reference gives no finite number: equal to it, they tell nothing. */
export function outputsWithoutNumbers(graph: Graph, probes: readonly Probe[]): string[] {
  const isEmpty = (index: number): boolean =>
    probes.every(({ expected }) => !readElements(expected[index] as NDArray).some((value) => Number.isFinite(Number(value))));
  return graph.outputs.flatMap(({ name = '', type }, index) => (elementCount(type.shape) > 0 && isEmpty(index) ? [name] : []));
}
