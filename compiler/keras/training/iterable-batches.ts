// Batches from iterables, generators, datasets, and objects that give batch after batch by number.
import { ValueError } from '../../errors/index.ts';
import type { NDArray } from '../../ir/ndarray.ts';
import { Tensor } from '../../trace/tensor.ts';
import { Variable } from '../../trace/variable.ts';
import { isPlainObject } from '../engine/structure.ts';
import type { Batch, BatchSource } from './batch-source.ts';
import { type ClassWeight, classWeightToSampleWeights } from './class-weight.ts';
import { type ArrayData, isNumeric, toHostData } from './host-data.ts';
import { permutation } from './permutation.ts';
import { type StepData, unpackXYSampleWeight } from './step-data.ts';

/** What one item of an iterable may be: inputs, or `[inputs, targets]`, or `[inputs, targets, sampleWeight]`. */
export type BatchItem = StepData<unknown> | ArrayData;

/** Batches that can be iterated over, perhaps with a known number of them. */
export type IterableData = (AsyncIterable<BatchItem> | Iterable<BatchItem>) & {
  /** How many batches there are; negative or infinite if nobody knows. A method or a property. */
  readonly cardinality?: number | (() => number | undefined) | undefined;
};

/** Keras's `PyDataset`: batches by number. */
export interface IndexedData {
  /** How many batches an epoch has; null for no end. */
  readonly numBatches: number | null;
  /** Batch number `index`. */
  getItem(index: number): BatchItem | Promise<BatchItem>;
  onEpochBegin?(): void;
  onEpochEnd?(): void;
}

/** What reads items as the model expects them. */
export interface ItemReading {
  readonly classWeight?: ClassWeight | null | undefined;
  /** The structures of the model's inputs and outputs. */
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/** Whether a value gives batches one after the other, and is not itself an array. */
export function isIterableData(value: unknown): value is IterableData {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  if (value instanceof Tensor || value instanceof Variable) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

export const isIndexedData = (value: unknown): value is IndexedData =>
  typeof value === 'object' && value !== null && 'getItem' in value && typeof value.getItem === 'function';

/** A source over an iterable; a generator can be read once, anything that begins anew can be read again. */
export function iterableBatches(data: IterableData, reading: ItemReading): BatchSource {
  let used: unknown;
  return {
    batches: cardinalityOf(data),
    open: () => {
      const iterator = Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
      // A generator returns itself, wherever it stands.
      if (iterator === used) return undefined;
      used = iterator;
      return readItems(iterator, reading);
    },
  };
}

async function* readItems(iterator: AsyncIterator<BatchItem> | Iterator<BatchItem>, reading: ItemReading): AsyncGenerator<Batch> {
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield toBatch(next.value, reading);
}

function cardinalityOf({ cardinality }: IterableData): number | null {
  const count = typeof cardinality === 'function' ? cardinality() : cardinality;
  return count === undefined || count < 0 || !Number.isFinite(count) ? null : count;
}

export interface IndexedReading extends ItemReading {
  /** Whether the batches come in a random order. */
  readonly shuffle?: boolean | 'batch' | undefined;
  readonly seed?: (() => number) | undefined;
}

/** A source over batches by number. */
export function indexedBatches(data: IndexedData, reading: IndexedReading): BatchSource {
  return {
    batches: data.numBatches,
    open: (pass) => readIndexed(data, reading, pass),
    onEpochBegin: () => data.onEpochBegin?.(),
    onEpochEnd: () => data.onEpochEnd?.(),
  };
}

async function* readIndexed(data: IndexedData, reading: IndexedReading, pass: number): AsyncGenerator<Batch> {
  const { numBatches } = data;
  const order = reading.shuffle && numBatches !== null ? permutation(numBatches, reading.seed?.() ?? 0, pass) : undefined;
  for (let index = 0; numBatches === null || index < numBatches; index++)
    yield toBatch(await data.getItem(order?.[index] ?? index), reading);
}

/** The parts of an item as host arrays. An item of numbers alone is the inputs. */
function toBatch(item: BatchItem, { classWeight, inputs, outputs }: ItemReading): Batch {
  const data = isNumeric(item) || isPlainObject(item) ? [item] : item;
  const [x, y, sampleWeight] = unpackXYSampleWeight(data as StepData<unknown>) as readonly (ArrayData | undefined)[];
  const batch: Batch = {
    x: toHostData(x, inputs),
    y: y === undefined ? undefined : toHostData(y, outputs),
    sampleWeight: sampleWeight === undefined ? undefined : toHostData(sampleWeight, outputs),
  };
  requireRows(batch.x as NDArray);
  if (!classWeight) return batch;
  if (batch.sampleWeight) {
    throw new ValueError('You cannot specify `class_weight` and `sample_weight` at the same time.', { code: 'class-weight' });
  }
  return { ...batch, sampleWeight: classWeightToSampleWeights(batch.y, classWeight) };
}

function requireRows(array: NDArray): void {
  if (array?.shape?.length !== 0) return;
  throw new ValueError('When passing a dataset to a Keras model, the arrays must be at least rank 1. Received an array of rank 0.', {
    code: 'batch-rank',
    cure: 'Batch the dataset: dataset.batch(32).',
  });
}
