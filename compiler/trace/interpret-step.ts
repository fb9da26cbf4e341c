// Programs with state, interpreted by the reference evaluation.
import { assert } from '../errors/index.ts';
import { executeReferenceWithUpdates } from '../ir/execute.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import type { CompiledStep, StepGraphs, StepOptions } from './step.ts';

/** The step as a map of states, replaced when they change. */
export function interpretStep(graphs: StepGraphs, { constants = new Set() }: StepOptions): CompiledStep {
  // A state's array is never written to: results may share its memory.
  const states = new Map<string, NDArray>();
  for (const { parameters } of Object.values(graphs))
    for (const { path, data } of parameters) if (!constants.has(path) && !states.has(path)) states.set(path, copy(data));
  let version = 0;
  const stateOf = (path: string): NDArray => {
    const state = states.get(path);
    assert(state !== undefined, `the program has no state ${path}`);
    return state;
  };
  return {
    target: 'reference',
    entries: Object.keys(graphs),
    paths: [...states.keys()],
    get version() {
      return version;
    },
    run: (entry, inputs) => {
      const graph = graphs[entry] as Graph | undefined;
      assert(graph !== undefined, `the program has no entry ${entry}`);
      const { outputs, updates } = executeReferenceWithUpdates(graph, inputs, { parameters: states });
      // What shares the memory of an input would change when the caller reuses that.
      const own = new Set(inputs.map(({ data }) => data.buffer));
      const keep = (value: NDArray): NDArray => (own.has(value.data.buffer) ? copy(value) : value);
      for (const [path, value] of updates) states.set(path, keep(value));
      version++;
      return outputs.map(copy);
    },
    readState: (path) => copy(stateOf(path)),
    writeState: (path, value) => {
      stateOf(path);
      states.set(path, copy(value));
      version++;
    },
    dispose: () => states.clear(),
  };
}

const copy = ({ dtype, shape, data }: NDArray): NDArray => ndarray(dtype, shape, data.slice());
