// Random programs with state: some inputs of a random graph become states, with any of its values of their type as the next.
import fc from 'fast-check';
import type { Graph, Value } from '../../compiler/ir/graph.ts';
import type { StepGraphs } from '../../compiler/trace/step.ts';
import { randomGraph } from '../ir/random-graph.ts';

export function randomStep(maxSteps: number): fc.Arbitrary<StepGraphs> {
  return fc
    .tuple(randomGraph(maxSteps), fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }))
    .map(([{ graph, inputs }, choices]) => ({ step: withStates(graph, inputs, choices) }));
}

function withStates(graph: Graph, data: readonly Graph['parameters'][number]['data'][], choices: readonly number[]): Graph {
  // Twice as many states as inputs were: the copies make swaps and chains possible.
  const states = graph.inputs.flatMap((value, index) => {
    const twin: Value = { id: 100_000 + index, type: value.type };
    return [value, twin].map((state, copy) => ({
      value: state,
      path: `s${index}_${copy}`,
      data: data[index] as (typeof data)[number],
      trainable: true,
    }));
  });
  const values = [...states.map(({ value }) => value), ...graph.nodes.flatMap(({ outputs }) => outputs)];
  const updates = states.map(({ value, path }, index) => {
    const fitting = values.filter(({ type }) => type.dtype === value.type.dtype && type.shape.join() === value.type.shape.join());
    return { path, value: fitting[(choices[index % choices.length] as number) % fitting.length] as Value };
  });
  return { ...graph, inputs: [], parameters: [...graph.parameters, ...states], updates };
}
