// From a model to the entry points of a bundle with states: one that can be trained, or one that keeps something between calls.
import type { EntryInfo, EntryInput, StateInfo } from '../../runtime/training.ts';
import { quote, UnsupportedError, ValueError } from '../errors/index.ts';
import type { Graph } from '../ir/graph.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { Model } from '../keras/models/index.ts';
import type { StepGraphs } from '../trace/step.ts';
import type { PreparedModel } from './prepare-model.ts';
import { type TargetSpec, traceTrainingEntries } from './training-entries.ts';

export interface TrainOptions {
  /** Samples of a step of training. Default 32. */
  readonly batchSize?: number | undefined;
  /** Types of targets by output name, where the loss does not tell: without the batch. */
  readonly targets?: Readonly<Record<string, TargetSpec>> | undefined;
  /** Whether steps take a weight for each sample. Default false. */
  readonly sampleWeights?: boolean | undefined;
}

export const DEFAULT_TRAIN_BATCH = 32;

/** The entry points of a bundle and the variables that they share. */
export interface PreparedSteps {
  readonly graphs: StepGraphs;
  /** Paths of parameters that no entry changes and nobody may set: they are built in. */
  readonly constants: ReadonlySet<string>;
  readonly entries: Readonly<Record<string, EntryInfo>>;
  readonly kinds: ReadonlyMap<string, StateInfo['kind']>;
  /** Values of the states when the bundle is loaded. */
  readonly initial: ReadonlyMap<string, NDArray>;
  readonly learningRate: string | null;
  /** Samples that `train` and `evaluate` take; those of `predict` where there are no such entries. */
  readonly batch: number;
}

/** Nothing where the model can be built as one program without states. */
export function prepareSteps(model: Model, prepared: PreparedModel, train: TrainOptions | undefined): PreparedSteps | undefined {
  if (prepared.hostProgram && (train || prepared.graph.updates.length > 0)) throw stringsWithStates(model);
  if (train) return prepareTraining(model, prepared, train);
  return prepared.graph.updates.length > 0 ? prepareStateful(model, prepared) : undefined;
}

function prepareTraining(model: Model, prepared: PreparedModel, options: TrainOptions): PreparedSteps {
  requireCompiled(model);
  const { graphs, entries, variables, batch } = traceTrainingEntries(model, prepared, options);
  model.resetMetrics();
  const weights = new Set(model.weights);
  const optimizer = new Set(model.optimizer?.variables);
  const metrics = new Set(model.metrics.flatMap((metric) => metric.variables));
  const kinds = new Map<string, StateInfo['kind']>();
  const initial = new Map<string, NDArray>();
  for (const variable of variables) {
    const kind = optimizer.has(variable)
      ? 'optimizer'
      : metrics.has(variable)
        ? 'metric'
        : variable.dtype === 'uint32'
          ? 'seed'
          : weights.has(variable)
            ? 'weight'
            : 'state';
    kinds.set(variable.path, kind);
    initial.set(variable.path, variable.value);
  }
  const learningRate = model.optimizer?.variables.find(({ name, path }) => name === 'learning_rate' && kinds.has(path))?.path ?? null;
  return { graphs, constants: new Set(), entries, kinds, initial, learningRate, batch };
}

/** Prediction alone: what it changes are the states, all other weights are built in. */
function prepareStateful(_model: Model, { graph, batch, inputs }: PreparedModel): PreparedSteps {
  const updated = new Set(graph.updates.map(({ path }) => path));
  const states = graph.parameters.filter(({ path }) => updated.has(path));
  return {
    graphs: { predict: graph },
    constants: new Set(graph.parameters.map(({ path }) => path).filter((path) => !updated.has(path))),
    entries: { predict: predictEntry(graph) },
    kinds: new Map(states.map(({ path, value }) => [path, value.type.dtype === 'uint32' ? 'seed' : 'state'])),
    initial: new Map(states.map(({ path, data }) => [path, data])),
    learningRate: null,
    batch: batch ?? inputs[0]?.shape[0] ?? 1,
  };
}

/** What `predict` takes and gives, in the shapes of the program. */
export function predictEntry(graph: Graph): EntryInfo {
  return {
    inputs: graph.inputs.map(({ name = '', type }): EntryInput => ({ name, role: 'x', dtype: type.dtype, shape: type.shape })),
    outputs: graph.outputs.map(({ name = '', type }) => ({ name, dtype: type.dtype, shape: type.shape })),
  };
}

function requireCompiled(model: Model): void {
  if (model.compiled) return;
  throw new ValueError(`The model ${quote(model.name)} is not compiled, so that nothing says how it is trained.`, {
    code: 'train-not-compiled',
    where: `model ${quote(model.name)}`,
    cure: "Call model.compile({ optimizer: 'adam', loss: ... }) before you build or save it.",
  });
}

function stringsWithStates(model: Model): UnsupportedError {
  return new UnsupportedError(`The model ${quote(model.name)} takes strings, and its variables change: a bundle can have one of both.`, {
    code: 'train-strings',
    where: `model ${quote(model.name)}`,
    cure: 'Build the layers behind the text as a model of their own, and prepare the text before it.',
  });
}
