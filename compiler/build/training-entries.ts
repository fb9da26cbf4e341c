// Traces the entry points of a trainable bundle: steps of training and evaluation for a number of samples, and prediction.
import type { EntryInfo, EntryInput } from '../../runtime/training.ts';
import { quote, ValueError } from '../errors/index.ts';
import { type DType, isDType } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { type NDArray, ndarray } from '../ir/ndarray.ts';
import type { Shape } from '../ir/shape.ts';
import { flatten, isPlainObject, mapStructure, packLike } from '../keras/engine/structure.ts';
import type { Model } from '../keras/models/index.ts';
import type { Batch } from '../keras/training/batch-source.ts';
import type { HostData } from '../keras/training/host-data.ts';
import { type TracedStep, traceStep } from '../keras/training/trace-step.ts';
import { VariablePaths } from '../keras/training/variable-paths.ts';
import type { StepGraphs } from '../trace/step.ts';
import type { Variable } from '../trace/variable.ts';
import type { PreparedModel } from './prepare-model.ts';
import { DEFAULT_TRAIN_BATCH, predictEntry, type TrainOptions } from './prepare-steps.ts';

/** The type of a target, without the batch. */
export interface TargetSpec {
  readonly shape?: Shape | undefined;
  readonly dtype?: DType | undefined;
}

export interface TrainingEntries {
  readonly graphs: StepGraphs;
  readonly entries: Readonly<Record<string, EntryInfo>>;
  readonly variables: ReadonlySet<Variable>;
  readonly batch: number;
}

export function traceTrainingEntries(model: Model, prepared: PreparedModel, options: TrainOptions): TrainingEntries {
  checkTargets(prepared, options);
  const isOpen = prepared.batch !== null;
  const batch = isOpen ? (options.batchSize ?? DEFAULT_TRAIN_BATCH) : fixedBatch(prepared, options);
  const paths = new VariablePaths();
  for (const variable of model.variables) paths.claim(variable);
  model.requireOptimizer().build(model.trainableWeights);
  const variables = new Set<Variable>(model.variables);
  const graphs: Record<string, Graph> = {};
  const entries: Record<string, EntryInfo> = {};
  const add = (entry: string, kind: 'train' | 'evaluate', samples: number): void => {
    const ports = portsOf(model, prepared, options, samples);
    const traced = traceStep(model, kind, ports.batch, { names: ports.inputs.map(({ name }) => name), onVariable: paths.claim });
    for (const variable of traced.variables) variables.add(variable);
    graphs[entry] = traced.graph;
    entries[entry] = { inputs: ports.inputs, outputs: logsOf(traced) };
  };
  add('train', 'train', batch);
  add('evaluate', 'evaluate', batch);
  if (isOpen) add('evaluate_1', 'evaluate', 1);
  graphs['predict'] = prepared.graph;
  entries['predict'] = predictEntry(prepared.graph);
  const used = new Set(Object.values(graphs).flatMap(({ parameters }) => parameters.map(({ path }) => path)));
  return { graphs, entries, variables: new Set([...variables].filter(({ path }) => used.has(path))), batch };
}

/** The number of samples of a model that is made for one. */
function fixedBatch({ name, inputs }: PreparedModel, { batchSize }: TrainOptions): number {
  const samples = inputs[0]?.shape[0] ?? 1;
  if (batchSize === undefined || batchSize === samples) return samples;
  throw new ValueError(`The model ${quote(name)} takes ${samples} samples at a time. Received: ${batchSize} for training.`, {
    code: 'batch',
    cure: 'Leave the batch size of training out.',
  });
}

interface Ports {
  readonly batch: Batch;
  readonly inputs: readonly EntryInput[];
}

/** Zeros of the types of the data, in the model's structures, and what they are called. */
function portsOf(model: Model, prepared: PreparedModel, options: TrainOptions, samples: number): Ports {
  const x = prepared.inputs.map(({ name, dtype, shape }): EntryInput => ({ name, role: 'x', dtype, shape: [samples, ...shape.slice(1)] }));
  const losses = lossesOf(model, prepared);
  const y = prepared.outputs.flatMap(({ name, shape }, index): (EntryInput | null)[] => {
    const loss = losses[index];
    if (loss === null) return [null];
    const isSparse = /sparse/i.test(nameOf(loss));
    const given = options.targets?.[name];
    const own = given?.shape ?? (shape.slice(1, isSparse ? -1 : undefined) as Shape);
    return [{ name, role: 'y', dtype: given?.dtype ?? (isSparse ? 'int32' : 'float32'), shape: [samples, ...own] }];
  });
  const weights: EntryInput[] = options.sampleWeights
    ? [{ name: 'sample_weight', role: 'sampleWeight', dtype: 'float32', shape: [samples] }]
    : [];
  const zeros = (port: EntryInput | null): NDArray | null => port && ndarray(port.dtype, port.shape as Shape);
  const hasTargets = y.some((port) => port !== null);
  const data: Batch = {
    x: packLike(model.input, x.map(zeros)) as HostData,
    y: hasTargets ? (packLike(model.output, y.map(zeros)) as HostData) : undefined,
    sampleWeight: weights[0] ? zeros(weights[0]) : undefined,
  };
  return { batch: data, inputs: [...x, ...y.filter((port) => port !== null), ...weights] };
}

/** The loss of each output; null for those that have none. */
function lossesOf(model: Model, { outputs }: PreparedModel): readonly unknown[] {
  const loss: unknown = model.compileOptions?.loss ?? null;
  if (Array.isArray(loss)) return outputs.map((_, index) => loss[index] ?? null);
  if (isPlainObject(loss)) return outputs.map(({ name }) => (loss as Record<string, unknown>)[name] ?? null);
  return outputs.map(() => loss);
}

/** The name of a loss however it was given. */
function nameOf(loss: unknown): string {
  if (typeof loss === 'string') return loss;
  if (typeof loss === 'function') return loss.name;
  return typeof loss === 'object' && loss !== null ? loss.constructor.name : '';
}

/** The numbers that a step returns, by the names that logs have for them. */
function logsOf({ graph, structure }: TracedStep): EntryInfo['outputs'] {
  const names: string[] = [];
  mapStructure(structure, (_, path) => names.push(path.join('/') || 'loss'));
  return flatten(structure).map((_, index) => {
    const { dtype, shape } = (graph.outputs[index] as Graph['outputs'][number]).type;
    return { name: names[index] as string, dtype, shape };
  });
}

function checkTargets({ name, outputs }: PreparedModel, { targets = {}, batchSize }: TrainOptions): void {
  if (batchSize !== undefined && !(Number.isInteger(batchSize) && batchSize > 0))
    throw new ValueError(`The batch must be a whole number above 0. Received: ${quote(batchSize)}`, {
      code: 'batch',
      cure: 'For example: --train-batch 32.',
    });
  for (const [output, { dtype }] of Object.entries(targets)) {
    const isKnown = outputs.some((each) => each.name === output);
    if (isKnown && (dtype === undefined || isDType(dtype))) continue;
    throw new ValueError(isKnown ? `There is no dtype ${quote(dtype)}.` : `The model ${quote(name)} has no output ${quote(output)}.`, {
      code: 'train-targets',
      cure: `Its outputs: ${outputs.map((each) => quote(each.name)).join(', ')}.`,
    });
  }
}
