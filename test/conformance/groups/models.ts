// Replays whole models: files of every kind to outputs, layers, counts and the printed summary.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel, type Model, modelFromJson } from '../../../compiler/index.ts';
import { type Case, type Json, type JsonObject, Mismatch } from '../case.ts';
import { differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { unknownClass } from '../deserialize.ts';
import { errorProblems } from '../error-message.ts';
import { closenessFor } from '../tolerances.ts';
import './position-embedding.ts';
import { throwIfAny } from './ops.ts';
import { trainingProblems } from './training.ts';

const TERMINAL_COLUMNS = 80;

export async function runModel(item: Case, context: GroupContext): Promise<void> {
  const path = (key: string): string => join(context.folder, String(item[key]));
  if (item['loads_by_default'] === false) return checkRefusal(path('keras'), item);
  const problems: string[] = [];
  const model = await loadSkipping(() => loadModel(path('keras')));
  problems.push(...outputProblems(model, item, context, '.keras'), ...structureProblems(model, item), ...summaryProblems(model, item));
  if ('h5' in item) problems.push(...outputProblems(await loadSkipping(() => loadModel(path('h5'))), item, context, '.h5'));
  if ('json' in item) {
    const bare = await loadSkipping(async () => modelFromJson(readFileSync(path('json'), 'utf8')));
    problems.push(...countProblems(bare, item).map((problem) => `.json: ${problem}`));
  }
  if ('training' in item) problems.push(...(await trainingProblems(item, path('keras'), context)).map((problem) => `training: ${problem}`));
  throwIfAny(problems);
}

async function loadSkipping(load: () => Promise<Model>): Promise<Model> {
  try {
    return await load();
  } catch (error) {
    throw unknownClass(error) ?? error;
  }
}

async function checkRefusal(path: string, item: Case): Promise<void> {
  const { error, message } = item['load_error'] as JsonObject;
  try {
    await loadModel(path);
  } catch (caught) {
    return throwIfAny(errorProblems(caught, String(error), String(message)));
  }
  throw new Mismatch(['the file was loaded, expected a refusal']);
}

function outputProblems(model: Model, item: Case, context: GroupContext, kind: string): string[] {
  const inputs = context.decode(item['inputs'] as Json);
  const predict = (): unknown => model.predict(inputs as never, { verbose: 0, batchSize: 1024 });
  const expected = context.decode(item['outputs'] as Json);
  const problems = differences(predict(), expected, closenessFor(item), `${kind} output`);
  if (!('second_outputs' in item)) return problems;
  return [
    ...problems,
    ...differences(predict(), context.decode(item['second_outputs'] as Json), closenessFor(item), `${kind} second output`),
  ];
}

function countProblems(model: Model, item: Case): string[] {
  const count = model.countParams();
  const trainable = model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
  return [
    ...(count === item['param_count'] ? [] : [`the model has ${count} parameters, expected ${String(item['param_count'])}`]),
    ...(trainable === item['trainable_count']
      ? []
      : [`${trainable} parameters are trainable, expected ${String(item['trainable_count'])}`]),
  ];
}

function structureProblems(model: Model, item: Case): string[] {
  const found = model.layers.map(({ name, className }) => `${name} (${className})`).join(', ');
  const wanted = (item['layers'] as readonly JsonObject[])
    .map((layer) => `${String(layer['name'])} (${String(layer['class'])})`)
    .join(', ');
  // Automatic names, and the first part of a path, may differ.
  const lastPart = (path: unknown): string => String(path).split('/').at(-1) as string;
  const weights = model.weights.map(({ path }) => lastPart(path)).join(', ');
  const wantedWeights = (item['weight_paths'] as readonly Json[]).map(lastPart).join(', ');
  return [
    ...countProblems(model, item),
    ...(found === wanted ? [] : [`layers are ${found}; expected ${wanted}`]),
    ...(weights === wantedWeights ? [] : [`weights are ${weights}; expected ${wantedWeights}`]),
  ];
}

function summaryProblems(model: Model, item: Case): string[] {
  let text = '';
  model.summary({ lineLength: 90, printFn: (part) => (text += `${part}\n`) });
  const found = text.trimEnd().split('\n');
  const wanted = String(item['summary_90']).trimEnd().split('\n');
  // The tables of the data were cut off where the terminal that printed them ended.
  const at = wanted.findIndex(
    (line, index) => line.trimEnd() !== found[index]?.slice(0, Math.max(line.length, TERMINAL_COLUMNS)).trimEnd(),
  );
  return at < 0 && found.length === wanted.length
    ? []
    : [`line ${at + 1} of the summary is ${JSON.stringify(found[at])}, expected ${JSON.stringify(wanted[at])}`];
}
