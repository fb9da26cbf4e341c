// `fit`: epochs of training steps, with validation and callbacks.
import { ValueError } from '../../errors/index.ts';
import type { Logs } from '../callbacks/callback.ts';
import { type CallbackLike, CallbackList } from '../callbacks/callback-list.ts';
import type { History } from '../callbacks/history.ts';
import { seedOrRandom } from '../initializers/random-values.ts';
import { arrayBatches } from './array-batches.ts';
import type { Batch, BatchSource } from './batch-source.ts';
import type { ClassWeight } from './class-weight.ts';
import { toVerbosity, type Verbosity } from './compile-options.ts';
import { limitEpochs } from './debug-limits.ts';
import { EpochSteps } from './epoch-steps.ts';
import { runEvaluation } from './evaluate.ts';
import type { ArrayData } from './host-data.ts';
import { isIndexedData, isIterableData } from './iterable-batches.ts';
import { sortLogs } from './logs.ts';
import { finalLogs, runExecution } from './run-execution.ts';
import { decodeVariables } from './state-snapshot.ts';
import { unpackXYSampleWeight } from './step-data.ts';
import type { WantedStep } from './step-programs.ts';
import type { Trainer } from './trainer.ts';
import { batchSource, isArrayData, type TrainingData, toBatch } from './training-data.ts';
import { splitForValidation } from './validation-split.ts';

export interface FitOptions {
  /** Default 32. */
  readonly batchSize?: number | null;
  /** Default 1. */
  readonly epochs?: number;
  readonly verbose?: Verbosity;
  readonly callbacks?: CallbackLike;
  /** The share of arrays, from their end, that is put aside for validation. */
  readonly validationSplit?: number;
  /** `[x, y]` or `[x, y, sampleWeight]`, or something that gives batches. */
  readonly validationData?: TrainingData | readonly (ArrayData | undefined)[] | null;
  /** Whether rows come in a new order each epoch. Default true. `batch` keeps batches together. */
  readonly shuffle?: boolean | 'batch';
  /** What each class counts. */
  readonly classWeight?: ClassWeight | null;
  /** What each sample counts. */
  readonly sampleWeight?: ArrayData;
  /** The epoch to begin with, from 0. */
  readonly initialEpoch?: number;
  /** Steps of an epoch; default: all data. */
  readonly stepsPerEpoch?: number | null;
  readonly validationSteps?: number | null;
  readonly validationBatchSize?: number | null;
  /** Every how many epochs to validate, or after which ones (from 1). Default 1. */
  readonly validationFreq?: number | readonly number[];
}

/** A run of `fit`. */
interface Run {
  readonly model: Trainer;
  readonly options: FitOptions;
  readonly seed: number;
  readonly steps: EpochSteps;
  readonly validation: EpochSteps | undefined;
  readonly callbacks: CallbackList;
}

/** Trains the model. Returns what every epoch reported. */
export async function fit(model: Trainer, x: TrainingData, y: ArrayData | undefined, given: FitOptions): Promise<History> {
  model.requireCompiled();
  const options = { ...given, epochs: limitEpochs(given.epochs ?? 1) };
  const run = createRun(model, x, y, options);
  const { callbacks } = run;
  model.stopTraining = false;
  try {
    await compileKnown(run);
    await callbacks.onTrainBegin();
    const logs = await runEpochs(run);
    if ((options.epochs ?? 1) > 0) model.optimizer?.finalizeVariableValues(model.trainableWeights);
    await callbacks.onTrainEnd(logs);
  } finally {
    model.progress = undefined;
    model.resumeFrom = undefined;
  }
  return callbacks.history as History;
}

function createRun(model: Trainer, x: TrainingData, y: ArrayData | undefined, options: FitOptions): Run {
  const seed = seedOrRandom(undefined);
  const { stepsPerEpoch, epochs = 1 } = options;
  const { training, validation } = openSources(model, x, y, options, () => model.resumeFrom?.seed ?? seed);
  const stepsPerExecution = model.stepsPerExecution;
  const steps = new EpochSteps(training, { stepsPerEpoch, stepsPerExecution });
  const verbose = toVerbosity(options.verbose);
  const given = options.callbacks;
  const callbacks =
    given instanceof CallbackList
      ? given
      : new CallbackList(given, { addHistory: true, addProgbar: verbose !== 0, verbose, epochs, steps: steps.count, model });
  return {
    model,
    options,
    seed,
    steps,
    validation: validation && new EpochSteps(validation, { stepsPerEpoch: options.validationSteps, stepsPerExecution }),
    callbacks,
  };
}

interface Sources {
  readonly training: BatchSource;
  readonly validation: BatchSource | undefined;
}

function openSources(model: Trainer, x: TrainingData, y: ArrayData | undefined, options: FitOptions, seed: () => number): Sources {
  const { batchSize, stepsPerEpoch: steps, shuffle = true, classWeight, sampleWeight, validationSplit, validationData } = options;
  const from = { batchSize, steps, shuffle, classWeight, sampleWeight, seed };
  if (!validationSplit || (validationData !== undefined && validationData !== null)) {
    return { training: batchSource(model, x, y, from), validation: openValidation(model, validationData, options) };
  }
  if (!isArrayData(x)) {
    throw new ValueError('Argument `validation_split` is only supported for tensors or NumPy arrays.', { code: 'validation-split' });
  }
  const split = splitForValidation(toBatch(model, x, y, sampleWeight), validationSplit);
  const validationSize = options.validationBatchSize ?? batchSize;
  return {
    training: arrayBatches(split.training, from),
    validation: arrayBatches(split.validation, { batchSize: validationSize, steps: options.validationSteps }),
  };
}

function openValidation(model: Trainer, data: FitOptions['validationData'], options: FitOptions): BatchSource | undefined {
  if (data === undefined || data === null) return undefined;
  const from = { batchSize: options.validationBatchSize ?? options.batchSize, steps: options.validationSteps };
  if (isIterableData(data) || isIndexedData(data)) return batchSource(model, data, undefined, from);
  const [x, y, sampleWeight] = unpackXYSampleWeight(data as ArrayData) as readonly (TrainingData | undefined)[];
  return batchSource(model, x as TrainingData, y as ArrayData, { ...from, sampleWeight: sampleWeight as ArrayData });
}

/** Compiles in one go what is known to be needed. */
async function compileKnown({ model, steps, validation }: Run): Promise<void> {
  const samples = [steps.source.sample, validation?.source.sample];
  const wanted = samples.flatMap((sample, index): WantedStep[] => (sample ? [{ kind: index === 0 ? 'train' : 'evaluate', sample }] : []));
  const [first] = wanted;
  if (!first) return;
  model.buildFor(first.sample.x);
  await model.programs.prepare(wanted);
}

async function runEpochs(run: Run): Promise<Logs> {
  const { model, options, steps, callbacks } = run;
  const resume = model.resumeFrom;
  if (resume) await steps.seek(resume.position, resume.step === 0);
  let logs: Logs = {};
  for (let epoch = resume?.epoch ?? options.initialEpoch ?? 0; epoch < (options.epochs ?? 1); epoch++) {
    const isResumed = resume !== undefined && epoch === resume.epoch && resume.step > 0;
    // In the middle of an epoch the metrics are those of the run that is resumed.
    if (!isResumed) model.resetMetrics();
    await callbacks.onEpochBegin(epoch);
    logs = await runEpoch(run, epoch, isResumed ? resume.step : 0);
    if (run.validation && isValidated(epoch, options.validationFreq ?? 1)) {
      const found = await runEvaluation(model, run.validation, callbacks);
      for (const [name, value] of Object.entries(found)) logs[`val_${name}`] = value;
      logs = sortLogs(logs);
    }
    model.progress = { epoch: epoch + 1, step: 0, position: steps.position, logs: {}, seed: resume?.seed ?? run.seed };
    await callbacks.onEpochEnd(epoch, logs);
    if (model.stopTraining) break;
  }
  return logs;
}

async function runEpoch({ model, steps, callbacks, seed }: Run, epoch: number, first: number): Promise<Logs> {
  // An epoch may have been broken off after its last step.
  let logs: Logs = (first > 0 && model.resumeFrom?.logs) || {};
  for await (const { begin, end, batches } of steps.epoch(first)) {
    if (first > 0 && begin === first) await restoreMetrics(model, batches[0] as Batch);
    await callbacks.onTrainBatchBegin(begin);
    logs = await runExecution(model, 'train', batches);
    model.progress = { epoch, step: begin + batches.length, position: steps.position, logs, seed: model.resumeFrom?.seed ?? seed };
    await callbacks.onTrainBatchEnd(end, logs);
    if (model.stopTraining) break;
  }
  return finalLogs(model, logs, 'trainStep');
}

/** In the middle of an epoch that is resumed, metrics go on: they are made when the step is traced. */
async function restoreMetrics(model: Trainer, sample: Batch): Promise<void> {
  model.buildFor(sample.x);
  await model.programs.prepare([{ kind: 'train', sample }]);
  const variables = model.metrics.flatMap((metric) => [...metric.variables]);
  decodeVariables(variables, model.resumeFrom?.metrics ?? [], 'values of metrics');
}

function isValidated(epoch: number, frequency: number | readonly number[]): boolean {
  if (typeof frequency === 'number') return (epoch + 1) % frequency === 0;
  if (Array.isArray(frequency)) return frequency.includes(epoch + 1);
  throw new ValueError(`Expected \`validation_freq\` to be a list or int. Received: validation_freq=${String(frequency)}.`, {
    code: 'validation-freq',
  });
}
