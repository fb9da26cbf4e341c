// cond, while and scan on functions of tensors: traces the bodies and hands what they read from outside to the operands.
import type { Graph, TensorType, Value } from '../ir/graph.ts';
import { lax } from './lax.ts';
import type { Tensor } from './tensor.ts';
import { traceClosure } from './trace.ts';

type Body = (...tensors: Tensor[]) => readonly Tensor[];

/** The results of `branches[index]`, the index clamped; every branch gives results of the same types. */
export function cond(index: Tensor, branches: readonly Body[], operands: readonly Tensor[] = []): Tensor[] {
  const { graphs, captured } = traceTogether(branches.map((body, position) => ({ name: `branch${position}`, inputs: operands, body })));
  return lax.cond(index, graphs, [...operands, ...captured]);
}

/** Repeats `body` on the carried tensors as long as `condition` gives true. */
export function whileLoop(condition: (...carry: Tensor[]) => Tensor, body: Body, carry: readonly Tensor[]): Tensor[] {
  const { graphs, captured } = traceTogether([
    { name: 'condition', inputs: carry, body: (...tensors) => [condition(...tensors)] },
    { name: 'body', inputs: carry, body },
  ]);
  const [test, step] = graphs as [Graph, Graph];
  // What the bodies capture is carried along unchanged.
  const kept = step.inputs.slice(carry.length);
  const results = lax.while(test, { ...step, outputs: [...step.outputs, ...kept] }, [...carry, ...captured]);
  return results.slice(0, carry.length);
}

export interface ScanOptions {
  readonly carry: readonly Tensor[];
  /** Sequences along axis 0. */
  readonly xs: readonly Tensor[];
  readonly length: number;
  readonly reverse?: boolean;
}

/** Runs `body(...carry, ...x)` on each row of `xs`; it returns the next carry and a row of each result sequence. */
export function scan(body: Body, { carry, xs, length, reverse = false }: ScanOptions): { readonly carry: Tensor[]; readonly ys: Tensor[] } {
  const rows = xs.map(({ dtype, shape }): TensorType => ({ dtype, shape: shape.slice(1) }));
  const { graph, captured } = traceClosure('body', [...carry, ...rows], body);
  const own = graph.inputs.length - captured.length;
  const params = {
    // The primitive takes constants first.
    body: { ...graph, inputs: [...graph.inputs.slice(own), ...graph.inputs.slice(0, own)] },
    length,
    reverse,
    constants: captured.length,
    carries: carry.length,
  };
  const results = lax.scan(params, [...captured, ...carry, ...xs]);
  return { carry: results.slice(0, carry.length), ys: results.slice(carry.length) };
}

interface Closure {
  readonly name: string;
  readonly inputs: readonly TensorType[];
  readonly body: Body;
}

/** Traces several closures so that all take the same captured tensors, after their own inputs. */
function traceTogether(closures: readonly Closure[]): { readonly graphs: Graph[]; readonly captured: readonly Tensor[] } {
  const traced = closures.map(({ name, inputs, body }) => traceClosure(name, inputs, body));
  const captured = [...new Set(traced.flatMap((closure) => closure.captured))];
  const graphs = traced.map(({ graph, captured: own }) => {
    const first = graph.inputs.length - own.length;
    const unused = nextId(graph);
    const extra = captured.map((tensor, index): Value => {
      const position = own.indexOf(tensor);
      return position < 0
        ? { id: unused + index, type: { dtype: tensor.dtype, shape: tensor.shape } }
        : (graph.inputs[first + position] as Value);
    });
    return { ...graph, inputs: [...graph.inputs.slice(0, first), ...extra] };
  });
  return { graphs, captured };
}

function nextId({ inputs, nodes }: Graph): number {
  return Math.max(-1, ...inputs.map(({ id }) => id), ...nodes.flatMap(({ outputs }) => outputs.map(({ id }) => id))) + 1;
}
