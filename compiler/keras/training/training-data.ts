// What `fit`, `evaluate` and `predict` are given, and the source of batches that it stands for.
import { UnsupportedError } from '../../errors/index.ts';
import { isPlainObject } from '../engine/structure.ts';
import { arrayBatches } from './array-batches.ts';
import type { Batch, BatchSource } from './batch-source.ts';
import type { ClassWeight } from './class-weight.ts';
import { type ArrayData, toHostData } from './host-data.ts';
import { type IndexedData, type IterableData, indexedBatches, isIndexedData, isIterableData, iterableBatches } from './iterable-batches.ts';
import type { Trainer } from './trainer.ts';

/** Arrays, or something that gives batches: an (async) iterable, a generator, a Dataset, or batches by number. */
export type TrainingData = ArrayData | IterableData | IndexedData;

export interface SourceOptions {
  readonly batchSize?: number | null | undefined;
  readonly steps?: number | null | undefined;
  readonly shuffle?: boolean | 'batch' | undefined;
  readonly classWeight?: ClassWeight | null | undefined;
  readonly sampleWeight?: ArrayData | undefined;
  readonly seed?: (() => number) | undefined;
}

/** Whether the data is arrays, and not something that gives batches. */
export const isArrayData = (data: TrainingData): data is ArrayData => !isIterableData(data) && !isIndexedData(data);

/** Arrays as host arrays, in the structures of the model. */
export function toBatch(model: Trainer, x: ArrayData, y: ArrayData | undefined, sampleWeight?: ArrayData): Batch {
  const { inputs, outputs } = model.dataStructure;
  return {
    x: toHostData(x, inputs),
    y: y === undefined || y === null ? undefined : toHostData(y, outputs),
    sampleWeight: sampleWeight === undefined || sampleWeight === null ? undefined : toHostData(sampleWeight),
  };
}

/** The source of batches of any kind of data. */
export function batchSource(model: Trainer, x: TrainingData, y: ArrayData | undefined, options: SourceOptions): BatchSource {
  if (isArrayData(x)) return arrayBatches(toBatch(model, x, y, options.sampleWeight), options);
  const kind = isIndexedData(x) ? 'PyDataset' : 'generator';
  if (y !== undefined && y !== null) throw unsupportedArgument('y', 'the targets', kind);
  if (options.sampleWeight) throw unsupportedArgument('sample_weights', 'the sample weights', kind);
  const reading = { ...model.dataStructure, classWeight: options.classWeight };
  return isIndexedData(x) ? indexedBatches(x, { ...reading, ...options }) : iterableBatches(x, reading);
}

function unsupportedArgument(argument: string, what: string, kind: string): UnsupportedError {
  return new UnsupportedError(
    `When providing \`x\` as a ${kind}, \`${argument}\` should not be passed. Instead, ${what} should be included as part of the ${kind}.`,
    { code: 'training-data' },
  );
}

/** Every option of `fit` and `evaluate`: with data that holds its targets, the options come second. */
const OPTIONS = new Set([
  'batchSize', 'epochs', 'verbose', 'callbacks', 'validationSplit', 'validationData', 'shuffle', 'classWeight', 'sampleWeight', 'initialEpoch',
  'stepsPerEpoch', 'validationSteps', 'validationBatchSize', 'validationFreq', 'steps', 'returnDict',
]); // biome-ignore format: one list

export function splitFitArguments<O extends object>(
  second: ArrayData | O | undefined,
  third: O | undefined,
): { readonly y: ArrayData | undefined; readonly options: O } {
  const isOptions = third === undefined && isPlainObject(second) && Object.keys(second).every((key) => OPTIONS.has(key));
  return isOptions
    ? { y: undefined, options: second as unknown as O }
    : { y: second as ArrayData | undefined, options: third ?? ({} as O) };
}
