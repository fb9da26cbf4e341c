// Infers what a function on tensors gives for symbolic arguments, by tracing it with unknown dimensions filled in twice.

import { withTrace } from '../../trace/context.ts';
import { Tensor } from '../../trace/tensor.ts';
import { isKerasTensor, KerasTensor, numericDType } from './keras-tensor.ts';
import { replaceKerasTensors } from './node.ts';
import { isPlainObject, someLeaf } from './structure.ts';

// Two primes far apart: a dimension that differs between the traces depends on an unknown one. They are large, so that
// windows and strides fit and do not round both to one size.
const FILLS = [509, 1021] as const;

// Sizes with many divisors, for functions that split an unknown dimension into equal parts.
const DIVISIBLE: Readonly<Record<number, number>> = { 509: 5040, 1021: 10080 };

/** What stands for the unknown dimensions of an argument, given the fill of the trace. */
type Filling = (tensor: KerasTensor, fill: number) => number;

/** What the present trace takes for sizes that only values tell; undefined outside of an inference. */
let valueSize: number | undefined;
let isValueSizeUsed = false;

/** The size that a tensor's value tells (how many elements are not 0): the number, or something unknown while shapes are inferred. */
export function sizeFromValue(count: Tensor): number {
  isValueSizeUsed = true;
  return valueSize ?? Number(count.item());
}

export interface InferOptions {
  /** Also finds dimensions that follow an unknown one only where it is small: `x[:2]` has at most 2 rows. Costs one more trace. */
  readonly probesSmall?: boolean;
}

/** Runs `body` on tracers in place of the KerasTensors and gives its result with tensors as KerasTensors. */
export function inferSpec(
  body: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  { probesSmall = false }: InferOptions = {},
): unknown {
  const trace = (filling: Filling, fill: number): unknown =>
    withValueSize(fill, () =>
      withTrace(() => {
        const tracer = (tensor: KerasTensor): Tensor =>
          new Tensor(
            { dtype: numericDType(tensor), shape: tensor.shape.map((dim) => dim ?? filling(tensor, fill)) },
            { kind: 'input', name: tensor.name },
          );
        return body(...(replaceKerasTensors(args, tracer) as unknown[]));
      }),
    ).result;
  const tensors = kerasTensorsIn(args);
  isValueSizeUsed = false;
  if (!tensors.some(isOpen)) {
    const result = trace((_tensor, fill) => fill, FILLS[0]);
    return merge(result, isValueSizeUsed ? trace((_tensor, fill) => fill, FILLS[1]) : result);
  }
  const spec = firstThatFits(fillingsFor(tensors), (filling) => merge(trace(filling, FILLS[0]), trace(filling, FILLS[1])));
  return probesSmall ? withSmallSizes(spec, () => trace((_tensor, fill) => fill, 1)) : spec;
}

function withValueSize<T>(size: number, body: () => T): T {
  const outer = valueSize;
  valueSize = size;
  try {
    return body();
  } finally {
    valueSize = outer;
  }
}

/** Makes unknown what is smaller for unknown dimensions of 1. Where those do not fit, nothing is learnt. */
function withSmallSizes(spec: unknown, trace: () => unknown): unknown {
  try {
    return lessKnown(spec, trace());
  } catch {
    return spec;
  }
}

/** The spec, with the dimensions unknown in which a tensor of the same rank differs. */
function lessKnown(spec: unknown, small: unknown): unknown {
  if (isKerasTensor(spec) && small instanceof Tensor && small.rank === spec.shape.length) {
    if (spec.shape.every((dim, axis) => dim === null || dim === small.shape[axis])) return spec;
    return new KerasTensor(
      spec.shape.map((dim, axis) => (dim === small.shape[axis] ? dim : null)),
      { dtype: spec.dtype },
    );
  }
  if (Array.isArray(spec) && Array.isArray(small) && spec.length === small.length)
    return spec.map((item, index) => lessKnown(item, small[index]));
  return spec;
}

const isOpen = ({ shape }: KerasTensor): boolean => shape.includes(null);

function kerasTensorsIn(args: readonly unknown[]): KerasTensor[] {
  const found = new Set<KerasTensor>();
  // One by one: a list that begins with a number is not searched.
  for (const arg of args) {
    someLeaf(arg, (leaf) => {
      if (isKerasTensor(leaf)) found.add(leaf);
      return false;
    });
  }
  return [...found];
}

/** More combinations than this are not tried. */
const MOST_FILLINGS = 100;

/**
 * Unknown dimensions are the same size first of all: a batch, or one that divides. Where that does not fit, some arguments'
 * may be a size that is known elsewhere: `matmul` of (None, 2) and (None, 3) wants 2. Fewer such sizes are tried first.
 */
function fillingsFor(tensors: readonly KerasTensor[]): Filling[] {
  const open = tensors.filter(isOpen);
  const sizes = [...new Set([1, ...tensors.flatMap(({ shape }) => shape.filter((dim) => dim !== null))])];
  let choices: (number | undefined)[][] = [[]];
  for (let index = 0; index < open.length && choices.length < MOST_FILLINGS; index++) {
    choices = choices.flatMap((chosen) => [undefined, ...sizes].map((size) => [...chosen, size]));
  }
  const pins = (chosen: readonly (number | undefined)[]): number => chosen.filter((size) => size !== undefined).length;
  const pinned = choices
    .filter((chosen) => pins(chosen) > 0)
    .sort((a, b) => pins(a) - pins(b))
    .slice(0, MOST_FILLINGS)
    .map(
      (chosen): Filling =>
        (tensor, fill) =>
          chosen[open.indexOf(tensor)] ?? fill,
    );
  return [(_tensor, fill) => fill, (_tensor, fill) => DIVISIBLE[fill] ?? fill, ...pinned];
}

function firstThatFits(fillings: readonly Filling[], attempt: (filling: Filling) => unknown): unknown {
  let first: unknown;
  for (const filling of fillings) {
    try {
      return attempt(filling);
    } catch (error) {
      first ??= error;
    }
  }
  // The fills are ours: to the user those dimensions are unknown.
  if (first instanceof Error) first.message = first.message.replaceAll(new RegExp(`\\b(${FILLS.join('|')})\\b`, 'g'), 'None');
  throw first;
}

/** Two results of the same function: what differs is unknown. */
function merge(first: unknown, second: unknown): unknown {
  if (first instanceof Tensor && second instanceof Tensor) {
    const shape = first.shape.map((dim, axis) => (dim === second.shape[axis] ? dim : null));
    return new KerasTensor(shape, { dtype: first.dtype });
  }
  if (Array.isArray(first) && Array.isArray(second)) return first.map((item, index) => merge(item, second[index]));
  if (isPlainObject(first) && isPlainObject(second)) {
    return Object.fromEntries(Object.entries(first).map(([key, item]) => [key, merge(item, second[key])]));
  }
  return Object.is(first, second) ? first : null;
}
