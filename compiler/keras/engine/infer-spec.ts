// Infers what a function on tensors gives for symbolic arguments, by tracing it with unknown dimensions filled in twice.

import { withTrace } from '../../trace/context.ts';
import { Tensor } from '../../trace/tensor.ts';
import { isKerasTensor, KerasTensor } from './keras-tensor.ts';
import { replaceKerasTensors } from './node.ts';
import { isPlainObject, someLeaf } from './structure.ts';

// Two primes far apart: a dimension that differs between the traces depends on an unknown one. They are large, so that
// windows and strides fit and do not round both to one size.
const FILLS = [509, 1021] as const;

// Sizes with many divisors, for functions that split an unknown dimension into equal parts.
const DIVISIBLE: Readonly<Record<number, number>> = { 509: 5040, 1021: 10080 };

/** What stands for the unknown dimensions of an argument, given the fill of the trace. */
type Filling = (tensor: KerasTensor, fill: number) => number;

/** Runs `body` on tracers in place of the KerasTensors and gives its result with tensors as KerasTensors. */
export function inferSpec(body: (...args: unknown[]) => unknown, args: readonly unknown[]): unknown {
  const trace = (filling: Filling, fill: number): unknown =>
    withTrace(() => {
      const tracer = (tensor: KerasTensor): Tensor =>
        new Tensor(
          { dtype: tensor.dtype, shape: tensor.shape.map((dim) => dim ?? filling(tensor, fill)) },
          { kind: 'input', name: tensor.name },
        );
      return body(...(replaceKerasTensors(args, tracer) as unknown[]));
    }).result;
  const tensors = kerasTensorsIn(args);
  if (!tensors.some(isOpen)) {
    const result = trace((_tensor, fill) => fill, FILLS[0]);
    return merge(result, result);
  }
  return firstThatFits(fillingsFor(tensors), (filling) => merge(trace(filling, FILLS[0]), trace(filling, FILLS[1])));
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
  const sizes = [...new Set(tensors.flatMap(({ shape }) => shape.filter((dim) => dim !== null))), 1];
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
