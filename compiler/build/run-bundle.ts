// Runs a loaded bundle on arrays in the order of the graph it was built from.
import type { Model as LoadedModel } from '../../runtime/index.ts';
import type { DataArray } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';

export function runBundle(model: LoadedModel, graph: Graph, inputs: readonly NDArray[]): NDArray[] {
  const named = Object.fromEntries(graph.inputs.map(({ name = '' }, index) => [name, (inputs[index] as NDArray).data]));
  const outputs = model.predict(named, { copy: true });
  return graph.outputs.map(({ name = '', type }) => ndarray(type.dtype, type.shape, outputs[name] as DataArray));
}
