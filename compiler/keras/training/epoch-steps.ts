// The steps of epochs over a source of batches: how many, where one epoch ends, and what happens when the data runs out.
import type { Batch, BatchIterator, BatchSource } from './batch-source.ts';
import { limitSteps } from './debug-limits.ts';

/** Batches that are worked on together; callbacks hear of the first and the last step. */
export interface ExecutionStep {
  readonly begin: number;
  readonly end: number;
  readonly batches: readonly Batch[];
}

/** Where in the data training stands. */
export interface DataPosition {
  /** Passes over the data that were begun. */
  readonly pass: number;
  /** Batches taken from the last of them. */
  readonly taken: number;
}

export interface EpochStepsOptions {
  /** Steps of an epoch; null for a pass over the data. */
  readonly stepsPerEpoch?: number | null | undefined;
  readonly stepsPerExecution?: number | undefined;
}

export class EpochSteps {
  readonly source: BatchSource;
  readonly #perEpoch: number | undefined;
  readonly #perExecution: number;
  #iterator: BatchIterator | undefined;
  #pass = 0;
  #taken = 0;
  /** Learned when data of unknown length ends. */
  #batches: number | null;

  constructor(source: BatchSource, { stepsPerEpoch, stepsPerExecution = 1 }: EpochStepsOptions = {}) {
    this.source = source;
    this.#perEpoch = limitSteps(stepsPerEpoch, source.batches);
    this.#perExecution = stepsPerExecution;
    this.#batches = source.batches;
  }

  /** Steps of an epoch; null as long as nobody knows. */
  get count(): number | null {
    return this.#perEpoch ?? this.#batches;
  }

  get position(): DataPosition {
    return { pass: this.#pass, taken: this.#taken };
  }

  /** Goes to where training once stood. In the middle of a pass it is begun again, and batches are read and dropped. */
  async seek({ pass, taken }: DataPosition, isBetweenEpochs: boolean): Promise<void> {
    this.#pass = pass;
    const beginsAnew = isBetweenEpochs && this.#perEpoch === undefined;
    if (pass === 0 || beginsAnew || (this.#batches !== null && taken >= this.#batches)) return;
    this.#pass = pass - 1;
    this.#open();
    while (this.#taken < taken && (await this.#next())) {}
  }

  /** The executions of one epoch, from step `first`. */
  async *epoch(first = 0): AsyncGenerator<ExecutionStep> {
    this.source.onEpochBegin?.();
    // Without a number of steps an epoch is a pass; with one, the data goes on where the last epoch left it.
    const isOver = this.#batches !== null && this.#taken >= this.#batches;
    if (first === 0 && (!this.#iterator || this.#perEpoch === undefined || isOver)) this.#open();
    const limit = this.#perEpoch ?? this.#batches ?? Number.POSITIVE_INFINITY;
    let begin = first;
    while (begin < limit) {
      const batches = await this.#take(Math.min(this.#perExecution, limit - begin));
      if (batches.length > 0) yield { begin, end: begin + this.#perExecution - 1, batches };
      begin += batches.length;
      if (batches.length < this.#perExecution && begin < limit) {
        this.#runOut(begin);
        break;
      }
    }
    this.source.onEpochEnd?.();
  }

  #open(): void {
    this.#iterator = this.source.open(this.#pass);
    this.#pass += 1;
    this.#taken = 0;
  }

  async #take(count: number): Promise<Batch[]> {
    const batches: Batch[] = [];
    for (let batch = await this.#next(); batch; batch = batches.length < count ? await this.#next() : undefined) batches.push(batch);
    return batches;
  }

  async #next(): Promise<Batch | undefined> {
    const waiting = this.#iterator?.next();
    const next = waiting instanceof Promise ? await waiting : waiting;
    if (!next || next.done) return undefined;
    this.#taken += 1;
    return next.value;
  }

  /** Data of unknown length has a length now; where more was asked for, the user hears of it. */
  #runOut(steps: number): void {
    this.#iterator = undefined;
    if (this.#perEpoch === undefined && this.#batches === null && steps > 0) {
      this.#batches = steps;
      return;
    }
    console.warn(
      'Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at least ' +
        '`steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building your dataset.',
    );
  }
}
