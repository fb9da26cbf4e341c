// Inputs to verify a program with: seeded random numbers of the kind that the model expects.
import { quote, UnsupportedError } from '../errors/index.ts';
import { is64BitInteger, isFloat, isInteger } from '../ir/dtype.ts';
import type { Graph, Node, NodeOf, Value } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import { isFloat16, toNDArray } from '../ir/reference/elements.ts';
import { elementCount } from '../ir/shape.ts';

interface Range {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
}

/** One array per input of the graph; the same seed gives the same arrays on every machine. */
export function probeInputs(graph: Graph, seed: number): NDArray[] {
  const random = mulberry32(seed);
  return graph.inputs.map((input) => fill(input, plausibleRange(graph, input), random));
}

function fill({ type }: Value, { low, high, whole }: Range, random: () => number): NDArray {
  const elements = elementCount(type.shape);
  const draw = (): number => (whole ? low + Math.floor(random() * (high - low + 1)) : low + random() * (high - low));
  if (is64BitInteger(type.dtype)) {
    const array = ndarray(type.dtype, type.shape);
    (array.data as BigInt64Array).set(Array.from({ length: elements }, () => BigInt(draw())));
    return array;
  }
  const values = Float64Array.from({ length: elements }, draw);
  if (isFloat16(type.dtype) || type.dtype === 'float64') return toNDArray(type, values);
  const array = ndarray(type.dtype, type.shape);
  array.data.set(values as never);
  return array;
}

/** Images are bytes where the model scales them down, indices are those of the table that they go into, other numbers lie around 0. */
function plausibleRange(graph: Graph, input: Value): Range {
  const { dtype } = input.type;
  if (dtype === 'bool') return { low: 0, high: 1, whole: true };
  const uses = usesOf(graph, input);
  const rows = uses.flatMap(({ node, value }) => (node.op === 'gather' && node.inputs[1] === value ? [tableRows(node)] : []));
  if (rows.length > 0) return { low: 0, high: Math.max(0, Math.min(...rows) - 1), whole: true };
  if (uses.some(({ node, value }) => isScaledDown(graph, node, value))) return { low: 0, high: 255, whole: true };
  if (isInteger(dtype)) return { low: 0, high: dtype === 'uint8' ? 255 : 9, whole: true };
  if (isFloat(dtype)) return { low: -1, high: 1, whole: false };
  throw new UnsupportedError(`Input ${quote(input.name)} of ${dtype} cannot be filled with numbers.`, { code: 'probe' });
}

interface Use {
  readonly node: Node;
  readonly value: Value;
}

/** Operations that hand on the numbers of their first operand. */
const PASSING: ReadonlySet<string> = new Set([
  'cast',
  'reshape',
  'transpose',
  'broadcast',
  'slice',
  'pad',
  'reverse',
  'concatenate',
  'stop_gradient',
]);
/** Comparisons and selections that keep indices in range stand between an input and the table it looks up. */
const ALSO_PASSING: ReadonlySet<string> = new Set(['select', 'maximum', 'minimum']);

/** The nodes that use an input's numbers, unchanged. */
function usesOf(graph: Graph, input: Value): Use[] {
  const same = new Set<Value>([input]);
  const uses: Use[] = [];
  for (const node of graph.nodes) {
    for (const value of node.inputs) if (same.has(value)) uses.push({ node, value });
    const passes = PASSING.has(node.op) || (ALSO_PASSING.has(node.op) && isInteger((node.outputs[0] as Value).type.dtype));
    if (passes && node.inputs.some((value) => same.has(value))) for (const output of node.outputs) same.add(output);
  }
  return uses;
}

function tableRows(node: NodeOf<'gather'>): number {
  const shape = node.inputs[0]?.type.shape ?? [];
  return Math.min(...node.params.startIndexMap.map((axis) => (shape[axis] as number) - (node.params.sliceSizes[axis] as number) + 1));
}

/** Below this a factor turns bytes into numbers around 1. */
const SMALL_FACTOR = 1 / 60;

function isScaledDown(graph: Graph, node: Node, value: Value): boolean {
  if (node.op !== 'multiply' && node.op !== 'divide') return false;
  const other = node.inputs.find((operand) => operand !== value);
  const factor = other && constantOf(graph, other);
  if (factor === undefined || factor === 0) return false;
  const size = Math.abs(node.op === 'divide' ? 1 / factor : factor);
  return size <= SMALL_FACTOR;
}

/** The first element of a constant, seen through broadcasts and casts. */
function constantOf(graph: Graph, value: Value): number | undefined {
  const producer = graph.nodes.find((node) => node.outputs.includes(value));
  if (producer?.op === 'constant') return Number((producer as NodeOf<'constant'>).params.value.data[0]);
  const isPassing = producer?.op === 'broadcast' || producer?.op === 'cast' || producer?.op === 'reshape';
  return isPassing ? constantOf(graph, producer.inputs[0] as Value) : undefined;
}

/** Tommy Ettinger's 32-bit generator: enough to probe with, and the same in every engine. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
