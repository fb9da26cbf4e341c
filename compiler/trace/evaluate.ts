// Computes the values of tensors: cuts out the graph that makes them and hands it to an executor.
import { executeReference } from '../ir/execute.ts';
import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { extract } from './extract.ts';
import { symbolicValueError } from './symbolic-error.ts';
import type { Tensor } from './tensor.ts';

/** Runs a graph on values for its inputs and returns those of its outputs. Graphs that recur may be compiled and cached. */
export type Executor = (graph: Graph, inputs: readonly NDArray[]) => readonly NDArray[];

let executor: Executor = executeReference;

/** Chooses what computes eager tensors and returns the former choice. The values do not depend on it, only the time they take. */
export function setExecutor(next: Executor): Executor {
  const former = executor;
  executor = next;
  return former;
}

/** Runs a graph with the chosen executor. */
export const execute: Executor = (graph, inputs) => executor(graph, inputs);

/** Gives each tensor its data. Throws TypeError if one depends on a tracer. */
export function evaluateTensors(tensors: readonly Tensor[]): void {
  const { graph, captured } = extract({ name: 'eager', inputs: [], outputs: tensors });
  const inputs = captured.map((tensor) => {
    if (tensor.source.kind !== 'data') throw symbolicValueError(tensor);
    return tensor.source.value;
  });
  if (graph.parameters.length > 0) throw symbolicValueError(tensors[0] as Tensor);
  const values = executor(graph, inputs);
  tensors.forEach((tensor, index) => {
    tensor.source = { kind: 'data', value: values[index] as NDArray };
  });
}
