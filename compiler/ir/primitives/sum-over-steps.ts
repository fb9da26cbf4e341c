// The sum of a value over all steps of a loop, written outside the loop where it can be: the contractions that make gradients of
// weights become one large one over all steps. Such sums decide how fast recurrent layers train.
import type { Node, NodeOf, TensorType, Value } from '../graph.ts';
import type { Lax } from '../lax.ts';
import type { StepAnalysis } from './split-step.ts';

/** How values of one step become available outside the loop; both are called before the loop is written, the result after it. */
export interface Outside<T extends TensorType> {
  readonly lax: Lax<T>;
  readonly analysis: StepAnalysis;
  /** All steps of a value that varies, stacked along axis 0. */
  stack(value: Value): () => T;
  /** The sum of a value, added up in the loop. */
  accumulate(value: Value): () => T;
  /** A constant of the loop, if the value is one. */
  constant(value: Value): T | undefined;
}

/** The sum of `value` over all steps. */
export function sumOverSteps<T extends TensorType>(outside: Outside<T>, value: Value): () => T {
  const { lax, analysis } = outside;
  const node = analysis.producers.get(value);
  if (!node || analysis.isInvariant(value)) return outside.accumulate(value);
  const [first, second] = node.inputs as readonly [Value, Value];
  switch (node.op) {
    case 'add': {
      const [a, b] = [sumOverSteps(outside, first), sumOverSteps(outside, second)];
      return () => lax.add(a(), b());
    }
    case 'negative': {
      const sum = sumOverSteps(outside, first);
      return () => lax.negative(sum());
    }
    case 'transpose': {
      const sum = sumOverSteps(outside, first);
      return () => lax.transpose(sum(), node.params.permutation);
    }
    case 'reshape': {
      const sum = sumOverSteps(outside, first);
      return () => lax.reshape(sum(), node.params.shape);
    }
    case 'reduce': {
      if (node.params.kind !== 'sum') return outside.accumulate(value);
      const stacked = stackViews(outside, first);
      return () => lax.reduce('sum', stacked(), [0, ...node.params.axes.map((axis) => axis + 1)]);
    }
    case 'dot_general':
      return sumOfProducts(outside, node);
    case 'convolution':
      return node.params.featureGroups === 1 && ![first, second].some(analysis.isInvariant)
        ? sumOfConvolutions(outside, node)
        : outside.accumulate(value);
    default:
      return outside.accumulate(value);
  }
}

/** All steps of a value; what only looks at its operand in another way is done outside. */
export function stackViews<T extends TensorType>(outside: Outside<T>, value: Value): () => T {
  const { lax, analysis } = outside;
  const node = analysis.producers.get(value);
  const view = node && viewOfStack(lax, node);
  if (!node || !view || !analysis.isBackward(value)) return projectionOfStack(outside, value, node) ?? outside.stack(value);
  const stacked = stackViews(outside, node.inputs[0] as Value);
  return () => view(stacked());
}

function viewOfStack<T extends TensorType>(lax: Lax<T>, node: Node): ((stacked: T) => T) | undefined {
  if (node.op === 'transpose') return (stacked) => lax.transpose(stacked, [0, ...node.params.permutation.map((axis) => axis + 1)]);
  if (node.op === 'reshape') return (stacked) => lax.reshape(stacked, [stacked.shape[0] as number, ...node.params.shape]);
  return undefined;
}

/** A product of something that varies with a constant is one product for all steps. */
function projectionOfStack<T extends TensorType>(outside: Outside<T>, value: Value, node: Node | undefined): (() => T) | undefined {
  if (node?.op !== 'dot_general' || node.params.lhsBatch.length > 0 || !outside.analysis.isBackward(value)) return undefined;
  const [lhs, rhs] = node.inputs as readonly [Value, Value];
  const matrix = outside.constant(rhs);
  if (!matrix || outside.analysis.isInvariant(lhs)) return undefined;
  const stacked = stackViews(outside, lhs);
  return () =>
    outside.lax.dot_general(stacked(), matrix, { ...node.params, lhsContracting: node.params.lhsContracting.map((axis) => axis + 1) });
}

/** The steps become one more contracted axis. */
function sumOfProducts<T extends TensorType>(outside: Outside<T>, node: NodeOf<'dot_general'>): () => T {
  const { lax, analysis } = outside;
  const [lhs, rhs] = node.inputs as readonly [Value, Value];
  const [fixedLhs, fixedRhs] = [outside.constant(lhs), outside.constant(rhs)];
  if (fixedLhs || fixedRhs) {
    const sum = sumOverSteps(outside, fixedLhs ? rhs : lhs);
    return () => (fixedLhs ? lax.dot_general(fixedLhs, sum(), node.params) : lax.dot_general(sum(), fixedRhs as T, node.params));
  }
  if (analysis.isInvariant(lhs) || analysis.isInvariant(rhs)) return outside.accumulate(node.outputs[0] as Value);
  const shifted = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = node.params;
  const [a, b] = [stackViews(outside, lhs), stackViews(outside, rhs)];
  return () =>
    lax.dot_general(a(), b(), {
      lhsContracting: [0, ...shifted(lhsContracting)],
      rhsContracting: [0, ...shifted(rhsContracting)],
      lhsBatch: shifted(lhsBatch),
      rhsBatch: shifted(rhsBatch),
    });
}

/** A convolution sums over its input channels: the steps become more of them. */
function sumOfConvolutions<T extends TensorType>(outside: Outside<T>, node: NodeOf<'convolution'>): () => T {
  const { lax } = outside;
  const [input, kernel] = node.inputs as readonly [Value, Value];
  const [a, b] = [stackViews(outside, input), stackViews(outside, kernel)];
  /** Moves the steps beside `channels` and merges both. */
  const merge = (stacked: T, channels: number): T => {
    const others = stacked.shape.map((_, axis) => axis).slice(1);
    const order = others.flatMap((axis) => (axis === channels + 1 ? [0, axis] : [axis]));
    const moved = lax.transpose(stacked, order);
    const shape = others.map((axis) => (stacked.shape[axis] as number) * (axis === channels + 1 ? (stacked.shape[0] as number) : 1));
    return lax.reshape(moved, shape);
  };
  const rank = input.type.shape.length;
  return () => lax.convolution(merge(a(), rank - 1), merge(b(), rank - 2), node.params);
}
