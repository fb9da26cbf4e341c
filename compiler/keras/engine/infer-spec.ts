// Infers what a function on tensors gives for symbolic arguments, by tracing it with unknown dimensions filled in twice.

import { withTrace } from '../../trace/context.ts';
import { Tensor } from '../../trace/tensor.ts';
import { isKerasTensor, KerasTensor } from './keras-tensor.ts';
import { replaceKerasTensors } from './node.ts';
import { isPlainObject, someLeaf } from './structure.ts';

// Two primes far apart: a dimension that differs between the traces depends on an unknown one. They are large, so that
// windows and strides fit and do not round both to one size.
const FILLS = [509, 1021] as const;

const hasUnknownDimension = (value: unknown): boolean => someLeaf(value, (leaf) => isKerasTensor(leaf) && leaf.shape.includes(null));

/** Runs `body` on tracers in place of the KerasTensors and gives its result with tensors as KerasTensors. */
export function inferSpec(body: (...args: unknown[]) => unknown, args: readonly unknown[]): unknown {
  const traceWith = (fill: number): unknown =>
    withTrace(() => {
      const tracer = (tensor: KerasTensor): Tensor =>
        new Tensor({ dtype: tensor.dtype, shape: tensor.shape.map((dim) => dim ?? fill) }, { kind: 'input', name: tensor.name });
      return body(...(replaceKerasTensors(args, tracer) as unknown[]));
    }).result;
  const first = traceWith(FILLS[0]);
  return merge(first, hasUnknownDimension(args) ? traceWith(FILLS[1]) : first);
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
