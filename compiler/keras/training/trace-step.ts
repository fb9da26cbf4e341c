// Traces a step of training, evaluation or prediction: what the model's method does to tensors becomes one graph.
import type { Graph, Parameter } from '../../ir/graph.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { apply, type Tensor } from '../../trace/tensor.ts';
import { type InputSpec, trace } from '../../trace/trace.ts';
import type { Variable } from '../../trace/variable.ts';
import { flatten, mapStructure, type Nested, packLike } from '../engine/structure.ts';
import * as ops from '../ops/index.ts';
import type { Batch } from './batch-source.ts';
import { type HostData, hostArrays } from './host-data.ts';
import { packXYSampleWeight, type StepData } from './step-data.ts';
import type { Trainer } from './trainer.ts';

export type StepKind = 'train' | 'evaluate' | 'predict';

export interface TracedStep {
  readonly graph: Graph;
  /** What the step returns: the place of each output of the graph in its structure. */
  readonly structure: Nested<unknown>;
  /** The variables that the graph reads or updates; its parameters have their paths. */
  readonly variables: ReadonlySet<Variable>;
}

export interface StepTraceOptions {
  /** Names of the graph's inputs, in the order of `hostArrays` over x, y and sample weights. */
  readonly names?: readonly string[];
  /** Gives variables paths that tell them apart. */
  readonly onVariable: (variable: Variable) => void;
  /** Variables that are parameters of the graph even if the step does not touch them. */
  readonly keep?: readonly Variable[];
}

/** Traces a step for data like the sample. */
export function traceStep(model: Trainer, kind: StepKind, sample: Batch, { names, onVariable, keep = [] }: StepTraceOptions): TracedStep {
  const specs = batchArrays(sample).map(
    ({ dtype, shape }, index): InputSpec => ({ name: names?.[index] ?? `data_${index}`, dtype, shape }),
  );
  const { graph, result, variables } = trace(
    kind,
    specs,
    (...tensors) => toResult(runStep(model, kind, fillBatch(sample, tensors)), tensors),
    (tensors) => flatten(tensors),
    { onVariable },
  );
  keep.forEach(onVariable);
  const all = new Set([...variables, ...keep]);
  return { graph: withAllParameters(graph, all), structure: mapStructure(result, () => 0), variables: all };
}

/** The arrays of a batch in the order of a step's inputs. */
export const batchArrays = ({ x, y, sampleWeight }: Batch): NDArray[] => [x, y, sampleWeight].flatMap((part) => hostArrays(part));

function runStep(model: Trainer, kind: StepKind, data: StepData<Tensor>): Nested<unknown> {
  switch (kind) {
    case 'train':
      return model.trainStep(data);
    case 'evaluate':
      return model.testStep(data);
    case 'predict':
      return model.predictStep(data);
    default:
      return kind satisfies never;
  }
}

/** The data of the step, with a tensor in place of each array. */
function fillBatch({ x, y, sampleWeight }: Batch, tensors: readonly Tensor[]): StepData<Tensor> {
  let next = 0;
  const fill = (part: HostData | undefined): Nested<Tensor> | undefined =>
    part === undefined || part === null
      ? undefined
      : (mapStructure(part as Nested<unknown>, (leaf) => (leaf === null ? null : tensors[next++])) as Nested<Tensor>);
  const [inputs, targets, weights] = [fill(x), fill(y), fill(sampleWeight)];
  return packXYSampleWeight(inputs as Nested<Tensor>, targets, weights);
}

/** Each output of a graph is a value of its own: inputs, variables and repeated tensors are copied. */
function toResult(result: Nested<unknown>, inputs: readonly Tensor[]): Nested<Tensor> {
  const taken = new Set<Tensor>(inputs);
  const tensors = flatten(result).map((leaf) => {
    const tensor = ops.convertToTensor(leaf as ops.TensorLike);
    const isOwn = tensor.source.kind === 'result' && !taken.has(tensor);
    const output = isOwn ? tensor : (apply('reshape', { shape: tensor.shape }, tensor)[0] as Tensor);
    taken.add(output);
    return output;
  });
  return packLike(result, tensors);
}

/** A program's states are its parameters: what a step only assigns must be among them too. */
function withAllParameters(graph: Graph, variables: ReadonlySet<Variable>): Graph {
  const known = new Set(graph.parameters.map(({ path }) => path));
  const missing = [...variables].filter(({ path }) => !known.has(path));
  if (missing.length === 0) return graph;
  const ids = [...graph.inputs, ...graph.parameters.map(({ value }) => value), ...graph.nodes.flatMap(({ outputs }) => outputs)];
  let next = ids.reduce((largest, { id }) => Math.max(largest, id), -1) + 1;
  const added = missing.map(
    ({ dtype, shape, path, value, trainable }): Parameter => ({
      value: { id: next++, type: { dtype, shape } },
      path,
      data: value,
      trainable,
    }),
  );
  return { ...graph, parameters: [...graph.parameters, ...added] };
}
