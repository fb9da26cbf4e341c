// Pipelines of data: what is read, in which order, changed how, and in which batches.
import { quote, ValueError } from '../errors/index.ts';
import { makeDefaultSeed } from '../keras/engine/default-seed.ts';
import type { Nested } from '../keras/engine/structure.ts';
import { countRows, type Leaf, rowOf, stackElements, type Tensors, toLeaves } from './elements.ts';
import { shuffled } from './shuffled.ts';

/** The cardinality of a data set that never ends. */
export const INFINITE_CARDINALITY = -1;
/** The cardinality of a data set whose size shows only when it is read. */
export const UNKNOWN_CARDINALITY = -2;

type Source<T> = () => AsyncIterable<T> | Iterable<T>;

export interface BatchOptions {
  /** Whether a last batch of fewer elements is left out. Default false. */
  readonly dropRemainder?: boolean;
}

export interface ShuffleOptions {
  /** An integer for the same order each time. */
  readonly seed?: number | null;
  /** Whether each pass has an order of its own. Default true. */
  readonly reshuffleEachIteration?: boolean;
}

/** What the elements of a data set of type `D` are. */
export type ElementOf<D> = D extends Dataset<infer T> ? T : never;

/**
 * A pipeline that can be read any number of times. Nothing is read before it is iterated over. Elements are structures (a value, lists,
 * objects) of tensors; `fit` takes data sets of batches `[x, y]` or `[x, y, sampleWeight]`.
 *
 * @example
 * const train = Dataset.fromTensorSlices([images, labels]).shuffle(1000).batch(32).prefetch(2);
 * for await (const [x, y] of train) console.log(x.shape, y.shape);
 */
export class Dataset<T> implements AsyncIterable<T> {
  /** How many elements there are, or one of the constants for endless and unknown. */
  readonly cardinality: number;
  readonly #source: Source<T>;

  constructor(source: Source<T>, cardinality: number = UNKNOWN_CARDINALITY) {
    this.#source = source;
    this.cardinality = cardinality;
  }

  /** The rows of arrays: each element is the structure with one row of every array. */
  static fromTensorSlices<const T>(structure: T): Dataset<Tensors<T>> {
    const leaves = toLeaves(structure);
    const rows = countRows(leaves);
    return new Dataset(function* () {
      for (let row = 0; row < rows; row++) yield rowOf(leaves, row) as Tensors<T>;
    }, rows);
  }

  /** What a function gives anew for each pass: an array, a generator, a stream. */
  static fromGenerator<T>(open: Source<T>, cardinality: number = UNKNOWN_CARDINALITY): Dataset<T> {
    return new Dataset(open, cardinality);
  }

  /** The elements of a list. */
  static fromList<T>(elements: readonly T[]): Dataset<T> {
    return new Dataset(() => elements, elements.length);
  }

  /** Whole numbers from `start` (default 0) up to `stop`. */
  static range(start: number, stop?: number, step = 1): Dataset<number> {
    const [first, end] = stop === undefined ? [0, start] : [start, stop];
    const count = Math.max(0, Math.ceil((end - first) / step));
    return new Dataset(function* () {
      for (let index = 0; index < count; index++) yield first + index * step;
    }, count);
  }

  /** Lists of one element of each data set, as long as all have one. */
  static zip<D extends readonly Dataset<unknown>[]>(...datasets: D): Dataset<{ -readonly [K in keyof D]: ElementOf<D[K]> }> {
    type Row = { -readonly [K in keyof D]: ElementOf<D[K]> };
    return new Dataset(
      async function* () {
        const iterators = datasets.map((dataset) => dataset[Symbol.asyncIterator]());
        try {
          for (;;) {
            const results = await Promise.all(iterators.map((iterator) => iterator.next()));
            if (results.some(({ done }) => done)) return;
            yield results.map(({ value }) => value as unknown) as Row;
          }
        } finally {
          await Promise.all(iterators.map((iterator) => iterator.return?.()));
        }
      },
      shortest(datasets.map(({ cardinality }) => cardinality)),
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* this.#source();
  }

  /** All elements. */
  async toArray(): Promise<T[]> {
    if (this.cardinality === INFINITE_CARDINALITY)
      throw new ValueError('An endless data set has no array: take some of it first.', DATASET);
    const elements: T[] = [];
    for await (const element of this) elements.push(element);
    return elements;
  }

  /** Every element changed by a function, which may be asynchronous. */
  map<R>(change: (element: T, index: number) => R | Promise<R>): Dataset<R> {
    const source = this.#source;
    return new Dataset(async function* () {
      let index = 0;
      for await (const element of source()) yield await change(element, index++);
    }, this.cardinality);
  }

  /** The elements for which the function gives true. */
  filter(isKept: (element: T, index: number) => boolean | Promise<boolean>): Dataset<T> {
    const source = this.#source;
    return new Dataset(
      async function* () {
        let index = 0;
        for await (const element of source()) if (await isKept(element, index++)) yield element;
      },
      this.cardinality === 0 ? 0 : UNKNOWN_CARDINALITY,
    );
  }

  /** The elements of a data set that each element becomes, one after the other. */
  flatMap<R>(expand: (element: T) => Dataset<R> | Iterable<R>): Dataset<R> {
    const source = this.#source;
    return new Dataset(async function* () {
      for await (const element of source()) yield* expand(element);
    });
  }

  /** Elements stacked by `size`. All must have the same shapes. */
  batch(size: number, options: BatchOptions = {}): Dataset<Tensors<T>> {
    return this.#batch(size, options, (elements) => stackElements(elements));
  }

  /** As `batch`, with elements of different sizes filled up to the largest of their batch. */
  paddedBatch(
    size: number,
    { paddingValue = 0, ...options }: BatchOptions & { readonly paddingValue?: number | string } = {},
  ): Dataset<Tensors<T>> {
    return this.#batch(size, options, (elements) => stackElements(elements, { paddingValue }));
  }

  #batch(size: number, { dropRemainder = false }: BatchOptions, stack: (elements: readonly T[]) => Nested<Leaf>): Dataset<Tensors<T>> {
    requireCount(size, 'batch size');
    const source = this.#source;
    const count = this.cardinality / size;
    const batches = dropRemainder ? Math.floor(count) : Math.ceil(count);
    return new Dataset(
      async function* () {
        let elements: T[] = [];
        for await (const element of source()) {
          elements.push(element);
          if (elements.length < size) continue;
          yield stack(elements) as Tensors<T>;
          elements = [];
        }
        if (elements.length > 0 && !dropRemainder) yield stack(elements) as Tensors<T>;
      },
      this.cardinality < 0 ? this.cardinality : batches,
    );
  }

  /** The rows of batches. */
  unbatch(): Dataset<Tensors<T>> {
    return this.flatMap((element) => Dataset.fromTensorSlices<T>(element));
  }

  /** Elements in a random order: each is drawn from the next `bufferSize` that were not. A buffer as large as the data mixes all of it. */
  shuffle(bufferSize: number, { seed = null, reshuffleEachIteration = true }: ShuffleOptions = {}): Dataset<T> {
    requireCount(bufferSize, 'buffer size');
    const source = this.#source;
    const first = seed ?? makeDefaultSeed();
    let pass = 0;
    return new Dataset(() => shuffled(source(), bufferSize, first + (reshuffleEachIteration ? pass++ : 0)), this.cardinality);
  }

  /** The data again and again: `count` times, or without end. */
  repeat(count: number | null = null): Dataset<T> {
    const source = this.#source;
    const times = count === null || count < 0 ? Number.POSITIVE_INFINITY : count;
    const isEndless = times === Number.POSITIVE_INFINITY && this.cardinality !== 0;
    return new Dataset(
      async function* () {
        for (let pass = 0; pass < times; pass++) {
          let isEmpty = true;
          for await (const element of source()) {
            isEmpty = false;
            yield element;
          }
          if (isEmpty) return;
        }
      },
      times === 0 ? 0 : isEndless ? INFINITE_CARDINALITY : this.cardinality < 0 ? this.cardinality : this.cardinality * (times || 0),
    );
  }

  /** The first `count` elements. */
  take(count: number): Dataset<T> {
    if (count < 0) return this;
    const source = this.#source;
    return new Dataset(
      async function* () {
        let taken = 0;
        if (count === 0) return;
        for await (const element of source()) {
          yield element;
          if (++taken === count) return;
        }
      },
      this.cardinality === UNKNOWN_CARDINALITY ? UNKNOWN_CARDINALITY : this.cardinality < 0 ? count : Math.min(count, this.cardinality),
    );
  }

  /** The elements after the first `count`. */
  skip(count: number): Dataset<T> {
    const source = this.#source;
    return new Dataset(
      async function* () {
        let index = 0;
        for await (const element of source()) if (index++ >= count) yield element;
      },
      this.cardinality < 0 ? this.cardinality : Math.max(0, this.cardinality - count),
    );
  }

  /** The elements of this data set, then those of another. */
  concatenate<U>(other: Dataset<U>): Dataset<T | U> {
    const source = this.#source;
    const counts = [this.cardinality, other.cardinality];
    const special = [INFINITE_CARDINALITY, UNKNOWN_CARDINALITY].find((count) => counts.includes(count));
    return new Dataset<T | U>(
      async function* () {
        yield* source();
        yield* other;
      },
      special ?? this.cardinality + other.cardinality,
    );
  }

  /** Lists of the element's number and the element. */
  enumerate(start = 0): Dataset<[number, T]> {
    return this.map((element, index) => [start + index, element]);
  }

  /** Keeps the elements in memory once they were read to the end, so that later passes do not make them again. */
  cache(): Dataset<T> {
    const source = this.#source;
    let kept: readonly T[] | undefined;
    return new Dataset(async function* () {
      if (kept) {
        yield* kept;
        return;
      }
      const elements: T[] = [];
      for await (const element of source()) {
        elements.push(element);
        yield element;
      }
      kept = elements;
    }, this.cardinality);
  }

  /** Asks for `count` elements ahead, so that reading files goes on while others are used. */
  prefetch(count: number): Dataset<T> {
    requireCount(count, 'number of elements ahead');
    const source = this.#source;
    return new Dataset(async function* () {
      const iterator = new Dataset(source)[Symbol.asyncIterator]();
      const ahead: Promise<IteratorResult<T>>[] = [];
      try {
        for (;;) {
          while (ahead.length <= count) ahead.push(quiet(iterator.next()));
          const { done, value } = (await ahead.shift()) as IteratorResult<T>;
          if (done) return;
          yield value;
        }
      } finally {
        await iterator.return();
      }
    }, this.cardinality);
  }
}

const DATASET = { code: 'dataset' };

/** A promise that may fail before anybody waits for it. */
function quiet<R>(promise: Promise<R>): Promise<R> {
  promise.catch(() => undefined);
  return promise;
}

function requireCount(count: number, what: string): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ValueError(`The ${what} must be a whole number of at least 1. Received: ${quote(count)}`, DATASET);
}

/** The cardinality of what ends with the first to end. */
function shortest(counts: readonly number[]): number {
  if (counts.includes(UNKNOWN_CARDINALITY)) return UNKNOWN_CARDINALITY;
  const finite = counts.filter((count) => count >= 0);
  return finite.length === 0 ? INFINITE_CARDINALITY : Math.min(...finite);
}
