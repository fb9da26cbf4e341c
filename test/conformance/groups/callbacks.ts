// Replays callbacks: driven by hand with given logs, or by a small fit, and what they decided.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callbacks, Input, layers, Model, ops, optimizers } from '../../../compiler/index.ts';
import { type Case, type Json, type JsonObject, Skip, subjectOf } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { functionFor } from '../functions.ts';
import { closenessFor } from '../tolerances.ts';
import { throwIfAny } from './ops.ts';
import { readArguments } from './training.ts';

type Logs = callbacks.Logs;
type Replay = (item: Case, context: GroupContext) => Promise<void>;

const REPLAYS: Readonly<Record<string, Replay>> = {
  CSVLogger: replayCsvLogger,
  EarlyStopping: replayEarlyStopping,
  LearningRateScheduler: replayScheduler,
  ModelCheckpoint: replayCheckpoint,
  ReduceLROnPlateau: replayPlateau,
  TerminateOnNaN: replayTerminate,
  events: replayEvents,
};

export async function runCallback(item: Case, context: GroupContext): Promise<void> {
  const replay = REPLAYS[subjectOf(item.id)];
  if (!replay) throw new Skip(`callbacks.${subjectOf(item.id)} without a replay`);
  await replay(item, context);
}

const compare = (item: Case, found: unknown, expected: unknown, what: string): void =>
  throwIfAny(differences(found, expected, closenessFor(item), what));

/** A model of one weight, compiled. */
function smallModel(rate = 0.01): Model {
  const input = Input({ shape: [1] });
  const model = new Model({ inputs: input, outputs: new layers.Dense(1, { useBias: false })(input) });
  model.compile({ optimizer: new optimizers.SGD(rate), loss: 'mse' });
  return model;
}

const toCamelCase = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function optionsOf(item: Case, context: GroupContext): Record<string, unknown> {
  const kwargs = context.decode(item['kwargs'] as Json) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [toCamelCase(key), value]));
}

/** `{ val_loss: [1, 2] }` or a list of logs: those of each epoch. */
function logsOf(item: Case, context: GroupContext): Logs[] {
  const logs = context.decode(item['logs'] as Json) as Logs[] | Record<string, number[]>;
  if (Array.isArray(logs)) return logs.map((entry) => ({ ...entry }));
  const columns = Object.entries(logs).map(([name, values]) => [name, [...(values as ArrayLike<number> & Iterable<number>)]] as const);
  return (columns[0]?.[1] ?? []).map((_, epoch) => Object.fromEntries(columns.map(([name, values]) => [name, values[epoch] as number])));
}

async function replayCsvLogger(item: Case, context: GroupContext): Promise<void> {
  const path = join(mkdtempSync(join(tmpdir(), 'kerasc-')), 'log.csv');
  const logger = new callbacks.CSVLogger(path, optionsOf(item, context));
  logger.onTrainBegin();
  for (const [epoch, logs] of logsOf(item, context).entries()) logger.onEpochEnd(epoch, logs);
  logger.onTrainEnd();
  compare(item, readFileSync(path, 'utf8'), item['file'], 'file');
}

async function replayEarlyStopping(item: Case, context: GroupContext): Promise<void> {
  const model = smallModel();
  const callback = new callbacks.EarlyStopping(optionsOf(item, context));
  callback.setModel(model);
  callback.onTrainBegin();
  let epochs = 0;
  for (const [epoch, logs] of logsOf(item, context).entries()) {
    model.setWeights([ops.full([1, 1], epoch).value]);
    callback.onEpochEnd(epoch, logs);
    epochs += 1;
    if (model.stopTraining) break;
  }
  callback.onTrainEnd();
  const found = {
    epochs_run: epochs,
    stopped: model.stopTraining,
    stopped_epoch: callback.stoppedEpoch,
    best: callback.best,
    best_epoch: callback.bestEpoch,
    weight_after: model.getWeights()[0]?.data[0],
  };
  const expected = Object.fromEntries(Object.keys(found).map((key) => [key, context.decode(item[key] as Json)]));
  compare(item, found, expected, 'decision');
}

async function replayScheduler(item: Case): Promise<void> {
  const schedule = functionFor(String((item['schedule'] as JsonObject)['$fn'])) as (epoch: number, rate: number) => number;
  const model = smallModel(Number(item['initial_learning_rate']));
  const expected = item['learning_rate_and_logged'] as readonly (readonly number[])[];
  const seen: number[] = [];
  const watch = new callbacks.LambdaCallback({ onEpochBegin: () => void seen.push(learningRate(model)) });
  const data = ops.ones([2, 1]);
  const { history } = await model.fit(data, data, {
    epochs: expected.length,
    verbose: 0,
    callbacks: [new callbacks.LearningRateScheduler(schedule), watch],
  });
  const found = seen.map((rate, epoch) => [rate, history['learning_rate']?.[epoch]]);
  compare(item, found, expected, 'learning rates');
  compare(item, Object.keys(history).sort(), item['history_keys'], 'names in the history');
}

const learningRate = (model: Model): number => Number(model.requireOptimizer().learningRate.item());

async function replayCheckpoint(item: Case, context: GroupContext): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kerasc-'));
  const { filepath, ...options } = optionsOf(item, context);
  const callback = new callbacks.ModelCheckpoint(join(folder, String(filepath)), options);
  callback.setModel(smallModel());
  callback.onTrainBegin({});
  for (const [epoch, logs] of logsOf(item, context).entries()) {
    callback.onEpochBegin(epoch);
    await callback.onEpochEnd(epoch, logs);
  }
  compare(item, readdirSync(folder).sort(), item['files'], 'files');
}

async function replayPlateau(item: Case, context: GroupContext): Promise<void> {
  const model = smallModel(Number(item['initial_learning_rate']));
  const callback = new callbacks.ReduceLROnPlateau(optionsOf(item, context));
  callback.setModel(model);
  callback.onTrainBegin();
  const found = logsOf(item, context).map((logs, epoch) => {
    callback.onEpochEnd(epoch, logs);
    return learningRate(model);
  });
  compare(item, found, item['learning_rate_after_epoch'], 'learning rates');
}

async function replayTerminate(item: Case, context: GroupContext): Promise<void> {
  const model = smallModel();
  const callback = new callbacks.TerminateOnNaN();
  callback.setModel(model);
  const losses = context.decode(item['batch_losses'] as Json) as number[];
  const found = losses.map((loss, batch) => {
    callback.onTrainBatchEnd(batch, { loss });
    return model.stopTraining;
  });
  compare(item, found, item['stop_training_after'], 'stopTraining');
}

/** The hooks in the order in which a call makes them: `fit(batch_size=2, epochs=2)`. */
async function replayEvents(item: Case): Promise<void> {
  const [, name, text] = /^(\w+)\((.*)\)$/.exec(String(item['call'])) ?? [];
  const model = smallModel();
  const data = ops.ones([5, 1]);
  const events: unknown[] = [];
  const validation = /validation_data=\(x, y\)/.test(text ?? '') ? { validationData: [data, data] } : {};
  const options = {
    ...readArguments((text ?? '').replace(/,?\s*validation_data=\(x, y\)/, '')),
    ...validation,
    verbose: 0,
    shuffle: false,
    callbacks: [recorder(events)],
  };
  if (name === 'fit') await model.fit(data, data, options as never);
  else if (name === 'evaluate') await model.evaluate(data, data, { ...options, shuffle: undefined } as never);
  else await model.predict(data, options as never);
  compare(item, events, item['events'], 'events');
}

function recorder(events: unknown[]): callbacks.Callback {
  const plain = (event: string) => (logs: object) => void events.push([event, null, Object.keys(logs).sort()]);
  const numbered = (event: string) => (index: number, logs: object) => void events.push([event, index, Object.keys(logs).sort()]);
  return new callbacks.LambdaCallback({
    onTrainBegin: plain('train_begin'),
    onTrainEnd: plain('train_end'),
    onEpochBegin: numbered('epoch_begin'),
    onEpochEnd: numbered('epoch_end'),
    onTrainBatchBegin: numbered('train_batch_begin'),
    onTrainBatchEnd: numbered('train_batch_end'),
    onTestBegin: plain('test_begin'),
    onTestEnd: plain('test_end'),
    onTestBatchBegin: numbered('test_batch_begin'),
    onTestBatchEnd: numbered('test_batch_end'),
    onPredictBegin: plain('predict_begin'),
    onPredictEnd: plain('predict_end'),
    onPredictBatchBegin: numbered('predict_batch_begin'),
    onPredictBatchEnd: numbered('predict_batch_end'),
  });
}
