// Finds the first operation whose result differs between two targets.
import { quote, ValueError } from '../errors/index.ts';
import type { Graph, Node, Value } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Model } from '../keras/models/index.ts';
import { DEFAULT_TOLERANCE, type Difference, largestDifference, toleranceFor } from './difference.ts';
import { openProgram, type Program, type RunTarget } from './open-program.ts';
import { prepareModel, type ShapeOptions } from './prepare-model.ts';
import { probeInputs } from './probe-inputs.ts';

export interface CompareOptions extends ShapeOptions {
  readonly targets: readonly [RunTarget, RunTarget];
  /** Default 1e-4, scaled by max(1, max |first target|). */
  readonly tolerance?: number | undefined;
  readonly seed?: number | undefined;
  /** Hears of each program that is compiled to close in on the operation. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface OutputComparison {
  readonly name: string;
  readonly difference: Difference;
  readonly tolerance: number;
}

export interface DifferingOperation {
  readonly operation: string;
  /** Path of the layer that it belongs to. */
  readonly layer: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly difference: Difference;
}

export interface Comparison {
  readonly targets: readonly [RunTarget, RunTarget];
  readonly outputs: readonly OutputComparison[];
  /** The first operation beyond tolerance; null where all outputs are within. */
  readonly first: DifferingOperation | null;
}

export async function compareModel(model: Model, options: CompareOptions): Promise<Comparison> {
  const { targets, tolerance = DEFAULT_TOLERANCE, seed = 20240, onProgress = () => {} } = options;
  if (targets[0] === targets[1])
    throw new ValueError(`The targets to compare are both ${quote(targets[0])}.`, {
      code: 'same-targets',
      cure: 'For example: --targets reference,wasm.',
    });
  const { graph } = prepareModel(model, options);
  const inputs = probeInputs(graph, seed);
  onProgress('the whole model');
  const differences = await compareGraphs(graph, inputs, targets);
  const outputs = graph.outputs.map((value, index) => ({
    name: value.name ?? '',
    difference: differences[index] as Difference,
    tolerance: toleranceFor(value.type.dtype, tolerance),
  }));
  const bad = outputs.findIndex(({ difference, tolerance: allowed }) => difference.scaled > allowed);
  const search = { inputs, targets, tolerance, onProgress };
  const first = bad < 0 ? null : await findFirst(graph, graph.outputs[bad] as Value, differences[bad] as Difference, search);
  return { targets, outputs, first };
}

interface Search {
  readonly inputs: readonly NDArray[];
  readonly targets: readonly [RunTarget, RunTarget];
  readonly tolerance: number;
  readonly onProgress: (message: string) => void;
}

/**
 * Bisects over the operations that an output depends on, in order: each time the graph is compiled up to the one in the
 * middle, with all values that what follows needs, so that fusion is as in the whole. Errors hand themselves on: from the
 * first on, one of these values is wrong at every cut.
 */
async function findFirst(graph: Graph, output: Value, whole: Difference, search: Search): Promise<DifferingOperation> {
  const nodes = ancestors(graph, output);
  let good = -1;
  let bad = nodes.length - 1;
  let difference = whole;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const node = nodes[middle] as Node;
    search.onProgress(`up to ${describeNode(node)}, ${bad - good - 1} operations left`);
    const found = await compareUpTo(graph, nodes, middle, search);
    if (found) {
      bad = middle;
      difference = found;
    } else {
      good = middle;
    }
  }
  const node = nodes[bad] as Node;
  const { dtype, shape } = (node.outputs[0] as Value).type;
  return { operation: node.op, layer: node.scope, dtype, shape, difference };
}

const describeNode = ({ op, scope }: Node): string => (scope ? `${op} in ${scope}` : op);

/** The nodes that a value is computed from, in order. */
function ancestors(graph: Graph, output: Value): Node[] {
  const needed = new Set<Value>([output]);
  const found: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    found.push(node);
    for (const value of node.inputs) needed.add(value);
  }
  return found.reverse();
}

/** The first difference beyond tolerance in what is alive after node `last`, its own results first; undefined where there is none. */
async function compareUpTo(graph: Graph, nodes: readonly Node[], last: number, search: Search): Promise<Difference | undefined> {
  const kept = nodes.slice(0, last + 1);
  const later = new Set(nodes.slice(last + 1).flatMap((node) => node.inputs));
  const own = (kept.at(-1) as Node).outputs;
  const others = kept.slice(0, -1).flatMap((node) => (isConstant(node) ? [] : node.outputs.filter((value) => later.has(value))));
  const used = new Set(kept.flatMap((node) => node.inputs));
  const parameters = graph.parameters.filter(({ value }) => used.has(value));
  const outputs = [...own, ...others];
  const differences = await compareGraphs({ ...graph, nodes: kept, parameters, outputs, updates: [] }, search.inputs, search.targets);
  return differences.find(({ scaled }, index) => scaled > toleranceFor((outputs[index] as Value).type.dtype, search.tolerance));
}

const isConstant = ({ op }: Node): boolean => op === 'constant' || op === 'iota';

/** Both programs run on the same inputs; the first target is the one that is right. */
async function compareGraphs(graph: Graph, inputs: readonly NDArray[], [expected, actual]: Search['targets']): Promise<Difference[]> {
  const run = async (target: RunTarget): Promise<NDArray[]> => {
    using program: Program = await openProgram(graph, target);
    return program.run(inputs);
  };
  const wanted = await run(expected);
  return (await run(actual)).map((array, index) => largestDifference(array, wanted[index] as NDArray));
}
