// Replays the training of whole models: losses batch by batch, then `fit` with its history, and what the weights became.
import { callbacks, loadModel, type Model, type Tensor } from '../../../compiler/index.ts';
import type { Case, Json, JsonObject } from '../case.ts';
import { type Closeness, differences } from '../compare.ts';
import type { GroupContext } from '../context.ts';
import { skippingUnknownClasses } from '../deserialize.ts';
import { closenessFor } from '../tolerances.ts';

/** Of losses and histories, and of weights: the table of the data's README. */
const LOSS_TOLERANCE = 1e-4;
const WEIGHT_TOLERANCE = 1e-3;

interface Replay {
  readonly item: Case;
  readonly training: JsonObject;
  readonly path: string;
  readonly decode: GroupContext['decode'];
  /** Precision of the data may ask for more. */
  readonly losses: Closeness;
  readonly weights: Closeness;
}

/** What differs from what Keras recorded. */
export async function trainingProblems(item: Case, path: string, context: GroupContext): Promise<string[]> {
  const { tolerance } = closenessFor(item);
  const training = item['training'] as JsonObject;
  const losses = { tolerance: Math.max(tolerance, LOSS_TOLERANCE) };
  const weights = { tolerance: Math.max(tolerance, WEIGHT_TOLERANCE) };
  const replay: Replay = { item, training, path, decode: context.decode, losses, weights };
  return [...(await batchProblems(replay)), ...(await fitProblems(replay))];
}

async function compiledModel({ path, training }: Replay): Promise<Model> {
  const model = await loadModel(path);
  skippingUnknownClasses(() => model.compileFromConfig(training['compile'] as JsonObject));
  return model;
}

/** The rows of all arrays of a structure. */
function selectRows(data: unknown, start: number, end: number): unknown {
  const value = (data as Partial<Tensor>)?.value;
  if (value) {
    const row = value.data.length / (value.shape[0] as number);
    return { dtype: value.dtype, shape: [end - start, ...value.shape.slice(1)], data: value.data.slice(start * row, end * row) };
  }
  if (Array.isArray(data)) return data.map((part) => selectRows(part, start, end));
  return Object.fromEntries(Object.entries(data as object).map(([key, part]) => [key, selectRows(part, start, end)]));
}

const countRows = (data: unknown): number => {
  const shape = (data as Partial<Tensor>)?.shape;
  return shape ? (shape[0] as number) : countRows(Object.values(data as object)[0]);
};

async function batchProblems(replay: Replay): Promise<string[]> {
  const { item, training, decode, losses } = replay;
  const expected = training['batch_losses'] as readonly number[];
  if (expected.length === 0) return [];
  const model = await compiledModel(replay);
  const x = decode(item['inputs'] as Json);
  const y = decode(training['targets'] as Json);
  const weight = 'sample_weight' in training ? decode(training['sample_weight'] as Json) : undefined;
  const [rows, size] = [countRows(x), Number(training['batch_size'])];
  const found: number[] = [];
  for (let epoch = 0; epoch < Number(training['epochs']); epoch++) {
    for (let start = 0; start < rows; start += size) {
      const cut = (data: unknown): never => selectRows(data, start, Math.min(start + size, rows)) as never;
      const logs = await model.trainOnBatch(cut(x), cut(y), {
        returnDict: true,
        ...(weight === undefined ? {} : { sampleWeight: cut(weight) }),
        ...(training['class_weight'] ? { classWeight: training['class_weight'] as never } : {}),
      });
      found.push(logs['loss'] as number);
    }
  }
  return differences(found, expected, losses, 'batch losses');
}

async function fitProblems(replay: Replay): Promise<string[]> {
  const { item, training, decode, losses, weights } = replay;
  const model = await compiledModel(replay);
  const rates: number[] = [];
  const recordRate = new callbacks.LambdaCallback({
    onEpochEnd: () => void rates.push(Number(model.requireOptimizer().learningRate.item())),
  });
  const x = decode(item['inputs'] as Json) as never;
  const y = decode(training['targets'] as Json) as never;
  const history = await model.fit(x, y, {
    batchSize: Number(training['batch_size']),
    epochs: Number(training['epochs']),
    shuffle: false,
    verbose: 0,
    ...optionsOf(replay),
    callbacks: [...callbacksOf(replay), recordRate],
  });
  const evaluated = await model.evaluate(x, y, { verbose: 0, batchSize: Number(training['batch_size']), returnDict: true });
  // Signs of gradients near 0 flip from one machine to the next.
  const isLion = JSON.stringify(training['compile']).includes('"Lion"');
  const outputs = model.predict(x, { verbose: 0, batchSize: 1024 });
  return [
    ...differences(history.history, training['history'], losses, 'history'),
    ...differences(rates, training['learning_rate_after_epoch'], losses, 'learning rates'),
    ...differences(evaluated, training['evaluate'], losses, 'evaluate'),
    ...(isLion ? [] : differences(model.getWeights(), decode(training['final_weights'] as Json), weights, 'final weights')),
    ...(isLion ? [] : differences(outputs, decode(training['final_outputs'] as Json), weights, 'final outputs')),
  ];
}

function optionsOf({ training, decode }: Replay): object {
  const validation = [training['validation_inputs'], training['validation_targets']].map((part) =>
    part === undefined ? undefined : decode(part),
  );
  return {
    ...('sample_weight' in training ? { sampleWeight: decode(training['sample_weight'] as Json) } : {}),
    ...(training['class_weight'] ? { classWeight: training['class_weight'] } : {}),
    ...(validation[0] === undefined ? {} : { validationData: validation }),
  };
}

/** The callbacks that the case's note names, as Python calls. */
function callbacksOf({ item, training }: Replay): callbacks.Callback[] {
  if (!training['callbacks']) return [];
  const calls = String(item['note']).matchAll(/(\w+)\(([^()]*)\)/g);
  return [...calls].flatMap(([, name, text]) => {
    const type = (callbacks as Readonly<Record<string, unknown>>)[name as string] as
      | (new (
          options: object,
        ) => callbacks.Callback)
      | undefined;
    return type ? [new type(readArguments(text as string))] : [];
  });
}

/** `monitor='val_loss', patience=2` as options. */
export function readArguments(text: string): Record<string, unknown> {
  const pairs = [...text.matchAll(/(\w+)=('[^']*'|[^,]+)/g)];
  const toValue = (value: string): unknown => {
    if (value.startsWith("'")) return value.slice(1, -1);
    return { True: true, False: false, None: null }[value.trim()] ?? (value.trim() === 'None' ? null : Number(value));
  };
  return Object.fromEntries(
    pairs.map(([, key, value]) => [
      (key as string).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      toValue(value as string),
    ]),
  );
}
