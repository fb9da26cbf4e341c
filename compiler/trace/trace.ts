// Runs a function on placeholders and returns the graph of what it did.
import { quote, UnsupportedError } from '../errors/index.ts';
import type { Graph, TensorType } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { currentTrace, withTrace } from './context.ts';
import { extract } from './extract.ts';
import { symbolicValueError } from './symbolic-error.ts';
import { Tensor } from './tensor.ts';
import type { Variable } from './variable.ts';

export interface InputSpec extends TensorType {
  readonly name: string;
}

export interface Traced<T> {
  readonly graph: Graph;
  /** What the function returned, as tracers: its structure tells which graph output is which. */
  readonly result: T;
  /** The variables that the graph reads or updates. */
  readonly variables: ReadonlySet<Variable>;
}

export interface TraceOptions {
  /** Hears of each variable before its path is used, which it may change. */
  readonly onVariable?: ((variable: Variable) => void) | undefined;
}

/**
 * Traces `body` on one tracer per input. Concrete tensors that it reads become constants of the graph, variables
 * its parameters, assignments its updates.
 *
 * @param flatten the output tensors in the result of `body`, in the order of the graph's outputs
 */
export function trace<T>(
  name: string,
  inputs: readonly InputSpec[],
  body: (...tensors: Tensor[]) => T,
  flatten: (result: T) => readonly Tensor[],
  { onVariable }: TraceOptions = {},
): Traced<T> {
  const { result, context } = withTrace(() => {
    const tracers = inputs.map((spec) => new Tensor(spec, { kind: 'input', name: spec.name }));
    return { tracers, value: body(...tracers) };
  });
  const { graph, captured, variables } = extract({
    name,
    inputs: result.tracers.map((tensor) => ({ tensor, name: (tensor.source as { name: string }).name })),
    outputs: flatten(result.value),
    updates: context.assigned,
    onVariable,
  });
  return { graph: bindConstants(graph, captured), result: result.value, variables };
}

/** Traces a body of cond, while or scan: what it reads from outside comes back as `captured`, to be passed as operands. */
export function traceClosure(
  name: string,
  inputs: readonly TensorType[],
  body: (...tensors: Tensor[]) => readonly Tensor[],
): { readonly graph: Graph; readonly captured: readonly Tensor[] } {
  const before = currentTrace()?.assigned;
  const { result, context } = withTrace(() => {
    const tracers = inputs.map((type, index) => new Tensor(type, { kind: 'input', name: `arg${index}` }));
    return { tracers, outputs: body(...tracers) };
  });
  for (const [variable, value] of context.assigned) {
    if (before?.get(variable) !== value) throw assignmentInBody(variable.path);
  }
  return extract({
    name,
    inputs: result.tracers.map((tensor, index) => ({ tensor, name: `arg${index}` })),
    outputs: result.outputs,
    level: context.level,
  });
}

function assignmentInBody(path: string): UnsupportedError {
  return new UnsupportedError(`The variable ${quote(path)} is assigned inside a branch or a loop of tensors.`, {
    code: 'assign-in-body',
    cure: 'Return the new value from the body and assign it outside; draw random numbers before the loop.',
  });
}

/** Turns captured concrete tensors from inputs into constants. */
function bindConstants(graph: Graph, captured: readonly Tensor[]): Graph {
  if (captured.length === 0) return graph;
  const first = graph.inputs.length - captured.length;
  const constants = captured.map((tensor, index) => {
    if (tensor.source.kind === 'input') throw symbolicValueError(tensor);
    const output = graph.inputs[first + index] as Graph['inputs'][number];
    const value: NDArray = tensor.value;
    return { op: 'constant', params: { value }, inputs: [], outputs: [output], scope: '' } as Graph['nodes'][number];
  });
  return { ...graph, inputs: graph.inputs.slice(0, first), nodes: [...constants, ...graph.nodes] };
}
